using System.ComponentModel;
using Iot.Gateway.Dashboard.Access;
using Iot.Gateway.Dashboard.Live;
using Iot.Wire;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Iot.Gateway.Dashboard.Api;

/// <summary>What <c>/api/v1/live</c> may be asked, still as text.</summary>
internal sealed record LiveParameters
{
    private const int LongestFilter = 64;
    private const int MostDevices = 12;

    [Description("One device instead of the fleet."), FromQuery(Name = "device")]
    public string? Device { get; init; }

    [Description("Values of this device instead of the fleet; up to 12 times."), FromQuery(Name = "values")]
    public string[]? Values { get; init; }

    [Description("Only devices of the fleet whose names contain this."), FromQuery(Name = "filter")]
    public string? Filter { get; init; }

    [Description("A page of the devices instead of the fleet; the parameters of `/fleet` say which."), FromQuery(Name = "list")]
    public bool? List { get; init; }

    [Description("For operators: what goes on with the sinks, instead of the fleet."), FromQuery(Name = "sinks")]
    public bool? Sinks { get; init; }

    /// <summary>False with the answer to give.</summary>
    public bool TryRead(FleetParameters list, Caller? caller, out LiveQuestion question, out ProblemHttpResult? problem)
    {
        question = new();
        problem = null;
        if (!string.IsNullOrEmpty(Device))
        {
            if (!DeviceId.TryParse(Device, out var device)) problem = Problem.BadParameter("device", Device, "must be a device's id");
            else question = new() { Device = device };
        }
        else if (Values is { Length: > 0 })
        {
            problem = ReadValues(ref question);
        }
        else if (List is true)
        {
            if (list.TryRead(out var page, out problem)) question = new() { List = new(page) };
        }
        else if (Sinks is true)
        {
            if (!(caller?.Role >= Role.Operator)) problem = Problem.Forbidden("What goes on with the sinks is for operators: leave sinks out.");
            question = new() { Sinks = true };
        }
        else if (Filter is { Length: > LongestFilter })
        {
            problem = Problem.BadParameter("filter", Filter, $"must have at most {LongestFilter} characters");
        }
        else
        {
            question = new() { Fleet = new(Filter ?? "") };
        }

        return problem is null;
    }

    private ProblemHttpResult? ReadValues(ref LiveQuestion question)
    {
        var devices = new HashSet<DeviceId>();
        foreach (var name in Values!)
        {
            if (!DeviceId.TryParse(name, out var device)) return Problem.BadParameter("values", name, "must be a device's id");
            devices.Add(device);
        }

        if (devices.Count > MostDevices) return Problem.BadParameter("values", $"{devices.Count} of them", $"may be {MostDevices} at most");

        question = new() { Values = devices };
        return null;
    }
}
