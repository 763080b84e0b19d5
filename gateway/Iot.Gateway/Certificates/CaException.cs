namespace Iot.Gateway.Certificates;

/// <summary>The CA's files cannot be used; they are left as they are.</summary>
/// <param name="finding">What is wrong, as a clause.</param>
/// <param name="remedy">What to do about it, as a sentence.</param>
internal sealed class CaException(string path, string finding, string remedy, Exception? cause = null)
    : IOException($"CA '{path}': {finding}. {remedy}", cause)
{
    public string Path { get; } = path;
}
