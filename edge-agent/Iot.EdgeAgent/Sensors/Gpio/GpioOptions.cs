using System.ComponentModel.DataAnnotations;
using Iot.Configuration;

namespace Iot.EdgeAgent.Sensors.Gpio;

/// <summary>One line of a GPIO chip. Configuration section <c>Sensors:NAME:Gpio</c>.</summary>
internal sealed record GpioOptions
{
    public const string Section = "Sensors:NAME:Gpio";

    /// <summary>The line: its number on the chip, or its name (<c>GPIO17</c>), as <c>sensors list</c> shows them. Required.</summary>
    [Required]
    public string? Line { get; set; }

    /// <summary>The chip, a name in <c>/dev</c>; default <c>gpiochip0</c>, with a line's name all chips are searched.</summary>
    [RegularExpression("gpiochip[0-9]+", ErrorMessage = "must be gpiochip and a number, as in /dev.")]
    public string? Chip { get; set; }

    /// <summary>The input is active when its voltage is low, as with a contact to ground. Default false.</summary>
    public bool ActiveLow { get; set; }

    /// <summary>The chip's own resistor: <c>AsIs</c>, <c>PullUp</c>, <c>PullDown</c> or <c>None</c>. Default <c>AsIs</c>.</summary>
    public GpioBias Bias { get; set; }

    /// <summary>A change counts once it has lasted this long: contacts bounce. 0–1 s; default 5 ms.</summary>
    [Duration("00:00:00", "00:00:01")]
    public TimeSpan Debounce { get; set; } = TimeSpan.FromMilliseconds(5);
}

internal enum GpioBias
{
    AsIs,
    PullUp,
    PullDown,
    None,
}
