namespace Iot.Gateway.EmbeddedStore;

/// <summary>The store's file cannot be used. It is left where it is: only a person sets it aside.</summary>
/// <param name="path">The database file.</param>
/// <param name="finding">What is wrong with it, as a clause.</param>
/// <param name="remedy">What to do about it, as a sentence.</param>
internal sealed class EmbeddedStoreException(string path, string finding, string remedy, Exception? cause = null)
    : IOException($"Embedded store '{path}': {finding.TrimEnd('.')}. {remedy}", cause)
{
    public string Path { get; } = path;

    public string Remedy { get; } = remedy;
}
