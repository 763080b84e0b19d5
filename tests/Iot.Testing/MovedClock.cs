namespace Iot.Testing;

/// <summary>A wall clock for a program that can be moved while it runs, by libfaketime. Its monotonic clock stays true.</summary>
public sealed class MovedClock : IDisposable
{
    private readonly TempDirectory _directory = new();

    /// <param name="isLazy">Programs that run notice a move a second late, and pay a small part of what looking at each call costs.</param>
    public MovedClock(bool isLazy = false)
    {
        var library = Directory.GetDirectories("/usr/lib", "*-linux-gnu").Select(path => Path.Combine(path, "faketime/libfaketimeMT.so.1")).FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException("libfaketime is missing; tests/install-tools.sh installs it (faketime).");
        Move("+0");
        Environment = new Dictionary<string, string>
        {
            ["LD_PRELOAD"] = library,
            ["FAKETIME_TIMESTAMP_FILE"] = Control,
            [isLazy ? "FAKETIME_CACHE_DURATION" : "FAKETIME_NO_CACHE"] = "1",
            ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
            ["DONT_FAKE_MONOTONIC"] = "1",
        };
    }

    public Surroundings Surroundings => new() { Environment = Environment };

    /// <summary>For a program of its own.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; }

    private string Control => _directory["clock"];

    /// <param name="to">As libfaketime has it: <c>+2y</c>, <c>-1d</c>, <c>+0 x60</c>.</param>
    public void Move(string to)
    {
        File.WriteAllText(Control + ".next", to + "\n");
        File.Move(Control + ".next", Control, overwrite: true);
    }

    public void Dispose() => _directory.Dispose();
}
