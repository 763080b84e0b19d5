using System.ComponentModel.DataAnnotations;
using Iot.Configuration;

namespace Iot.EdgeAgent.Sensors.Gpio;

/// <summary>What the pulses of a meter mean. Configuration section <c>Sensors:NAME:Pulses</c>.</summary>
internal sealed record PulsesOptions : IValidatableObject
{
    public const string Section = "Sensors:NAME:Pulses";

    /// <summary>Pulses for one unit of the total, as printed on the meter: 1000 for 1000 imp/kWh. Default 1.</summary>
    public double PerUnit { get; set; } = 1;

    /// <summary>Unit of the total: <c>kWh</c>, <c>m3</c>, <c>l</c>. Default <c>count</c>.</summary>
    public string Unit { get; set; } = Units.Count;

    /// <summary>What the meter shows when it is first counted, in that unit; later the total that was kept counts on. Default 0.</summary>
    public double Start { get; set; }

    /// <summary>The rate is given for this time: 1 h makes kW of kWh. 1 s–1 day; default 1 s.</summary>
    [Duration("00:00:01", "1.00:00:00")]
    public TimeSpan RatePer { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Unit of the rate: <c>kW</c>, <c>l/min</c>. Default <c>1/s</c>.</summary>
    public string RateUnit { get; set; } = "1/s";

    /// <summary>The total is kept on the disk this often while it changes, and when the agent stops. A power cut costs no more than that. 1 s–1 h; default 1 min.</summary>
    [Duration("00:00:01", "01:00:00")]
    public TimeSpan SaveInterval { get; set; } = TimeSpan.FromMinutes(1);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!(PerUnit > 0)) yield return new($"PerUnit ({PerUnit}) must be more than 0.");
        if (!double.IsFinite(Start)) yield return new($"Start ({Start}) must be a number.");
    }
}
