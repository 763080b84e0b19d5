using System.CommandLine;
using System.CommandLine.Parsing;
using Iot.Gateway.Dashboard.Api;
using Iot.Gateway.Reconciliation;
using Iot.Wire;

namespace Iot.Gateway.Commands;

/// <summary>The options of <c>iot-gateway ledger --reconcile</c>.</summary>
/// <param name="argument">The device that the command may be given anyway.</param>
internal sealed class ReconcileArguments(Argument<string?> argument)
{
    private readonly Option<bool> _reconcile = new("--reconcile") { Description = "Count the journal and the sinks anew, and name what differs from the books. Exit code 1 when something does." };
    private readonly Option<string?> _sink = new("--sink") { Description = "With --reconcile: only this sink. Default: every one that can be asked." };
    private readonly Option<string?> _device = new("--device") { Description = "With --reconcile: only this device." };
    private readonly Option<string?> _from = new("--from") { Description = "With --reconcile: only readings from this time on; unix seconds or RFC 3339. Default: all that the journal holds." };
    private readonly Option<string?> _to = new("--to") { Description = "With --reconcile: only readings before this time." };
    private readonly Option<bool> _full = new("--full") { Description = "With --reconcile: compare the time of every reading, not only where counts differ." };
    private readonly Option<bool> _json = new("--json") { Description = "With --reconcile: print the result as JSON." };

    public bool AreGiven(ParseResult parsed) => parsed.GetValue(_reconcile);

    public bool WantsJson(ParseResult parsed) => parsed.GetValue(_json);

    public void AddTo(Command command)
    {
        Option[] others = [_sink, _device, _from, _to, _full, _json];
        command.Add(_reconcile);
        foreach (var option in others) command.Add(option);
        command.Validators.Add(result =>
        {
            if (!result.GetValue(_reconcile) && others.FirstOrDefault(option => result.GetResult(option) is { Implicit: false }) is { } alone)
                result.AddError($"{alone.Name} needs --reconcile.");
        });
        command.Validators.Add(Check);
    }

    /// <summary>Checked already.</summary>
    public ReconcileQuestion Read(ParseResult parsed) => new(
        parsed.GetValue(_sink),
        (parsed.GetValue(_device) ?? parsed.GetValue(argument)) is { } device ? DeviceId.Parse(device) : null,
        Time(parsed.GetValue(_from), ReconcileQuestion.EarliestNs),
        Time(parsed.GetValue(_to), ReconcileQuestion.LatestNs),
        parsed.GetValue(_full));

    private void Check(CommandResult result)
    {
        if (!result.GetValue(_reconcile)) return;

        var (device, first) = (result.GetValue(_device), result.GetValue(argument));
        if (device is not null && first is not null && !device.Equals(first, StringComparison.Ordinal))
            result.AddError($"--device {device} and {first}: give one device, or none for all.");
        if ((device ?? first) is { } only && !DeviceId.TryParse(only, out _))
            result.AddError($"'{only}' is no device: 1 to {DeviceId.MaxLength} of A-Z a-z 0-9 . _ -, the first a letter or digit.");

        foreach (var option in new[] { _from, _to })
            if (result.GetValue(option) is { } text && !TimeText.TryParse(text, out _)) result.AddError($"{option.Name} {text}: {TimeText.Allowed}.");
    }

    private static long Time(string? text, long otherwise) => text is not null && TimeText.TryParse(text, out var ns) ? ns : otherwise;
}
