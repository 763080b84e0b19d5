using System.Globalization;
using System.Text;
using Iot.EdgeAgent.Enrollment;
using Iot.Journal;

namespace Iot.EdgeAgent.Sensors.Gpio;

/// <summary>The pulses of a meter since it was first counted, in a small file that is replaced as a whole now and then.</summary>
/// <param name="path">Such as <c>/var/lib/iot-edge-agent/pulses/water</c>.</param>
/// <param name="isKept">False: it is only looked at, by a command.</param>
internal sealed class PulseTotal(string path, TimeSpan saveInterval, bool isKept, IDisk disk, TimeProvider clock)
{
    private long _saved;
    private long _savedAt;
    private bool _isOpen;

    public long Pulses { get; private set; }

    /// <summary>The name of a sensor as that of a file.</summary>
    public static string PathOf(string statePath, string sensor) => Path.Combine(statePath, "pulses", Uri.EscapeDataString(sensor) + ".count");

    /// <exception cref="IOException">There is a file, and it holds no count: it is not begun anew at 0 unseen.</exception>
    public void Open()
    {
        if (_isOpen) return;

        if (File.Exists(path))
        {
            var text = File.ReadAllText(path).Trim();
            if (!text.All(char.IsAsciiDigit) || !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var pulses))
                throw new IOException($"'{path}' holds no count of pulses. Write the number of pulses into it, or delete it and set Start to what the meter shows.");

            Pulses = pulses;
        }

        (_isOpen, _saved, _savedAt) = (true, Pulses, clock.GetTimestamp());
    }

    public void Add(uint pulses) => Pulses += pulses;

    /// <exception cref="IOException">The disk failed; the count goes on in memory.</exception>
    public void SaveIfDue()
    {
        if (clock.GetElapsedTime(_savedAt) >= saveInterval) Save();
    }

    /// <summary>On disk when it returns. Nothing is written when nothing was counted.</summary>
    public void Save()
    {
        if (!_isOpen || !isKept) return;

        _savedAt = clock.GetTimestamp();
        if (_saved == Pulses) return;

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        PrivateFile.Write(disk, path, Encoding.ASCII.GetBytes(Pulses.ToString(CultureInfo.InvariantCulture) + "\n"));
        _saved = Pulses;
    }
}
