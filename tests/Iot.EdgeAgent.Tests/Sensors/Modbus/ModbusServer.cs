using System.Globalization;
using System.Net.Sockets;
using Iot.Testing;

namespace Iot.EdgeAgent.Tests.Sensors.Modbus;

/// <summary>Real Modbus slaves: python3-pymodbus with the data of slave.py.</summary>
internal sealed class ModbusServer : IAsyncDisposable
{
    private readonly RealProcess _process;

    private ModbusServer(RealProcess process, string url) => (_process, Url) = (process, url);

    public string Url { get; }

    public static async Task<ModbusServer> OverTcpAsync(int? port = null)
    {
        var chosen = port ?? FreePort.Next();
        var process = await StartAsync("tcp", chosen.ToString(CultureInfo.InvariantCulture));
        await Eventually.TrueAsync(() => IsListeningAsync(chosen), "the Modbus server listens");
        return new(process, $"tcp://127.0.0.1:{chosen}");
    }

    /// <param name="port">One end of a pair of pseudo terminals.</param>
    public static async Task<ModbusServer> OverSerialAsync(string port) => new(await StartAsync("rtu", port), "");

    /// <summary>Until it has put aside a question to a unit that it does not have: pymodbus throws away whatever it reads together with that.</summary>
    public Task PassedOverAsync(int unit) => _process.LineAsync(string.Create(CultureInfo.InvariantCulture, $"Not a valid unit id - {unit}, ignoring"));

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static async Task<RealProcess> StartAsync(string transport, string where)
    {
        var script = Path.Combine(RepositoryRoot.Path, "tests", "Iot.EdgeAgent.Tests", "Sensors", "Modbus", "slave.py");
        var process = RealProcess.Start("/usr/bin/python3", [script, transport, where]);
        await process.LineAsync("serving");
        return process;
    }

    private static async Task<bool> IsListeningAsync(int port)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false; // not yet
        }
    }
}
