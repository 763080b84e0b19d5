using Iot.Testing;

namespace Iot.Faults.Rig;

/// <summary>A wall clock for a program that can be moved while it runs, by libfaketime. Its monotonic clock stays true.</summary>
internal sealed class MovedClock : IDisposable
{
    private readonly TempDirectory _directory = new();

    public MovedClock()
    {
        var library = Directory.GetDirectories("/usr/lib", "*-linux-gnu").Select(path => Path.Combine(path, "faketime/libfaketimeMT.so.1")).FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException("libfaketime is missing; make faults installs it.");
        Move("+0");
        Surroundings = new()
        {
            Environment = new Dictionary<string, string>
            {
                ["LD_PRELOAD"] = library,
                ["FAKETIME_TIMESTAMP_FILE"] = Control,
                ["FAKETIME_NO_CACHE"] = "1",
                ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
                ["DONT_FAKE_MONOTONIC"] = "1",
            },
        };
    }

    public Surroundings Surroundings { get; }

    private string Control => _directory["clock"];

    /// <param name="to">As libfaketime has it: <c>+2y</c>, <c>-1d</c>, <c>+0 x60</c>.</param>
    public void Move(string to)
    {
        File.WriteAllText(Control + ".next", to + "\n");
        File.Move(Control + ".next", Control, overwrite: true);
    }

    public void Dispose() => _directory.Dispose();
}
