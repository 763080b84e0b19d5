namespace Iot.Gateway.Deduplication;

/// <summary>A snapshot holds bytes that we did not write. Nothing is lost: the journal holds all that it said; scan that instead.</summary>
internal sealed class DamagedSnapshotException(string path, long position, string finding)
    : IOException($"Snapshot '{path}' is damaged at byte {position}: {finding}.")
{
    public string Path { get; } = path;

    /// <summary>Start of the header or block that is damaged, in bytes from the start of the file.</summary>
    public long Position { get; } = position;
}
