using System.Globalization;
using Iot.EdgeAgent.Enrollment;
using Iot.Journal;

namespace Iot.EdgeAgent.Sensors.Exec;

/// <summary>A program that the agent runs as its own user, and that a command which root types does not run as root.</summary>
/// <param name="user">The agent's.</param>
internal sealed class ForeignProgram(string name, uint user) : ISensor
{
    public string Name => name;

    /// <summary>A whole sentence.</summary>
    public string WhatToDo => string.Create(CultureInfo.InvariantCulture, $"Ask it as the agent's user: sudo -u '#{user}' iot-edge-agent sensors test {name}.");

    /// <returns>Null: programs run as whoever runs this, for it is not root, or the agent is root, too.</returns>
    public static uint? UserFor(string dataPath)
    {
        if (!Environment.IsPrivilegedProcess) return null;

        try
        {
            return PrivateFile.OwnerOf(dataPath).User is var owner and not 0 ? owner : null;
        }
        catch (DiskException)
        {
            return null; // no data directory yet: no agent of another user
        }
    }

    public void Sample(SensorReadings readings) => throw new IOException($"not run as root. {WhatToDo}");

    public void Dispose()
    {
        // nothing was started
    }
}
