namespace Iot.EdgeAgent;

/// <summary>What the program's end tells a script.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Failed = 1;

    /// <summary>Wrong command line or configuration: starting again does not help.</summary>
    public const int WrongUsage = 2;
}
