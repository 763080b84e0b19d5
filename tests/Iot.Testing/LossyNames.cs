namespace Iot.Testing;

/// <summary>The directory entries of a <see cref="LossyDisk"/>, as seen now and as on the platter.</summary>
internal sealed class LossyNames(Dictionary<string, LossyInode> files)
{
    private readonly Dictionary<string, LossyInode> _durable = new(files);
    private readonly List<(string Directory, Action<Dictionary<string, LossyInode>> Change)> _unsynced = [];

    public Dictionary<string, LossyInode> Now { get; } = files;

    public static bool IsIn(string directory, string path) =>
        string.Equals(Path.GetDirectoryName(path), directory, StringComparison.Ordinal);

    public void PutDurably(string path, LossyInode inode) => Now[path] = _durable[path] = inode;

    public void Change(string path, Action<Dictionary<string, LossyInode>> change)
    {
        change(Now);
        _unsynced.Add((Path.GetDirectoryName(path)!, change));
    }

    public void Sync(string directory)
    {
        foreach (var (changed, change) in _unsynced)
        {
            if (string.Equals(changed, directory, StringComparison.Ordinal)) change(_durable);
        }

        _unsynced.RemoveAll(one => string.Equals(one.Directory, directory, StringComparison.Ordinal));
    }

    /// <summary>Changes happen in order, and a random number of the last ones did not.</summary>
    public LossyNames AfterPowerCut(Random random)
    {
        foreach (var (_, change) in _unsynced.Take(random.Next(_unsynced.Count + 1))) change(_durable);

        var survived = new Dictionary<LossyInode, LossyInode>();
        var after = new Dictionary<string, LossyInode>();
        foreach (var (path, inode) in _durable)
        {
            if (!survived.TryGetValue(inode, out var copy)) survived[inode] = copy = inode.AfterPowerCut(random);
            after[path] = copy;
        }

        return new(after);
    }
}
