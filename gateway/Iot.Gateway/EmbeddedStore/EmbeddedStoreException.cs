namespace Iot.Gateway.EmbeddedStore;

/// <summary>The store's file cannot be used. It is left where it is: only a person sets it aside.</summary>
internal sealed class EmbeddedStoreException : IOException
{
    /// <param name="path">The database file.</param>
    /// <param name="finding">What is wrong with it, as a clause.</param>
    /// <param name="remedy">What to do about it, as a sentence.</param>
    public EmbeddedStoreException(string path, string finding, string remedy, Exception? cause = null)
        : base($"Embedded store '{path}': {finding.TrimEnd('.')}. {remedy}", cause) => (Path, Remedy) = (path, remedy);

    private EmbeddedStoreException(string path, string problem)
        : base(problem) => Path = path;

    public string Path { get; }

    /// <summary>Empty when <see cref="Exception.Message"/> is all that is known.</summary>
    public string Remedy { get; } = "";

    /// <param name="problem">What the store says of itself, in whole sentences.</param>
    public static EmbeddedStoreException NotOpen(string path, string problem) => new(path, problem);
}
