using System.ComponentModel.DataAnnotations;

namespace Iot.EdgeAgent.Sensors.Exec;

/// <summary>A program that prints readings. Configuration section <c>Sensors:NAME:Exec</c>.</summary>
internal sealed record ExecOptions : IValidatableObject
{
    public const string Section = "Sensors:NAME:Exec";

    /// <summary>The program: its path, or its name when it lies in <c>/usr/local/bin</c>, <c>/usr/bin</c> or <c>/bin</c>. No shell is between. Required.</summary>
    [Required]
    public string? Program { get; set; }

    /// <summary>Its arguments, one an entry; default none.</summary>
    public IList<string> Arguments { get; set; } = [];

    /// <summary><c>Once</c>: it is run at each interval, prints and ends within <c>Timeout</c>. <c>Stream</c>: it runs on and prints a line when it has something; when it ends it is started again. Default <c>Once</c>.</summary>
    public ExecMode Mode { get; set; } = ExecMode.Once;

    /// <summary>Variables of its environment beside <c>PATH</c>, <c>HOME</c>, <c>LANG</c> and <c>TZ</c>; those of the agent, secrets among them, it does not see. Default none.</summary>
    public IDictionary<string, string> Environment { get; set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The directory it runs in; default <c>/</c>.</summary>
    public string WorkingDirectory { get; set; } = "/";

    /// <summary>Most bytes of one run, or of one line of a stream; more is a failure. 1 KiB–1 MiB; default 64 KiB.</summary>
    [Range(1024, 1024 * 1024)]
    public int MaxBytes { get; set; } = 64 * 1024;

    /// <summary>Most lines of a stream that wait for the next interval; beyond them the oldest are given up. 1–10,000; default 1,000.</summary>
    [Range(1, 10_000)]
    public int MaxWaiting { get; set; } = 1_000;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Program is { Length: > 0 } && Program.Contains(' ', StringComparison.Ordinal) && !File.Exists(Program))
            yield return new($"Program = {Program}: there is no such file. Arguments stand in Arguments, one an entry; for a shell write Program = sh, Arguments = [\"-c\", \"…\"].");
    }
}

internal enum ExecMode
{
    Once,
    Stream,
}
