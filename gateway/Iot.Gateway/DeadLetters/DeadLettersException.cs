namespace Iot.Gateway.DeadLetters;

/// <summary>The file of the dead letters cannot be used. What was not kept stays in the journal and is collected again.</summary>
/// <param name="finding">What is wrong, as a clause.</param>
/// <param name="remedy">What to do about it, as a sentence.</param>
internal sealed class DeadLettersException(string path, string finding, string remedy, Exception? cause = null)
    : IOException($"Dead letters '{path}': {finding}. {remedy}", cause)
{
    public string Path { get; } = path;

    /// <summary>The gateway can go on with a new file when this one is put aside.</summary>
    public bool CanSetAside { get; init; }
}
