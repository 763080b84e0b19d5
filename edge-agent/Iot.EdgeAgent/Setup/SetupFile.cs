#pragma warning disable CA1416 // modes of files: the agent runs on Linux

using System.Buffers;
using System.Text;
using System.Text.Json;
using Iot.EdgeAgent.Publishing;
using Iot.EdgeAgent.Sensors;
using Iot.EdgeAgent.Sensors.Iio;
using Iot.EdgeAgent.StoreAndForward;
using Iot.Journal;

namespace Iot.EdgeAgent.Setup;

/// <summary>The one settings file that setup writes, and replaces as a whole: <c>50-setup.json</c>. It holds only what differs from the defaults.</summary>
internal static class SetupFile
{
    public const string Name = "50-setup.json";

    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Enterable = Readable | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <param name="answers">All of them.</param>
    /// <param name="found">The sensors that were found here, with what it takes to configure each.</param>
    /// <param name="passwordFile">Where the password is kept.</param>
    public static byte[] Content(SetupAnswers answers, IReadOnlyDictionary<string, SensorOptions> found, string passwordFile)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes, new() { Indented = true }))
        {
            json.WriteStartObject();
            if (answers.Gateway is { } gateway) Write(json, answers, gateway, passwordFile);
            if (answers.OutboxBytes is { } outbox && outbox != new OutboxOptions().MaxBytes)
            {
                json.WriteStartObject(OutboxOptions.Section);
                json.WriteNumber(nameof(OutboxOptions.MaxBytes), outbox);
                json.WriteEndObject();
            }

            if (answers.Sensors is { Count: > 0 } sensors) Write(json, sensors, found);
            json.WriteEndObject();
        }

        return [.. bytes.WrittenSpan, (byte)'\n'];
    }

    /// <summary>On disk when it returns, whole or not at all, and for everybody to read: the service is not root.</summary>
    /// <exception cref="IOException">The directory cannot be written.</exception>
    public static string Write(string directory, byte[] content)
    {
        var disk = new PosixDisk();
        if (!Directory.Exists(directory))
        {
            disk.CreateDirectory(directory);
            File.SetUnixFileMode(directory, Enterable);
        }

        var path = Path.Combine(directory, Name);
        var fresh = path + ".new"; // ends not in .json, so no agent reads it
        if (disk.Exists(fresh)) disk.Delete(fresh); // of a write that was cut short
        using (var file = disk.Create(fresh))
        {
            File.SetUnixFileMode(fresh, Readable);
            file.Write(content, 0);
            file.Sync();
        }

        disk.Rename(fresh, path);
        disk.SyncDirectory(directory);
        return path;
    }

    public static string Text(byte[] content) => Encoding.UTF8.GetString(content).TrimEnd();

    private static void Write(Utf8JsonWriter json, SetupAnswers answers, PlainGateway gateway, string passwordFile)
    {
        json.WriteStartObject(DeviceOptions.Section);
        json.WriteString(nameof(DeviceOptions.Id), answers.Device?.Value);
        json.WriteEndObject();
        json.WriteStartObject(GatewayOptions.Section);
        json.WriteString(nameof(GatewayOptions.Url), gateway.Url);
        if (gateway.Username is not null) json.WriteString(nameof(GatewayOptions.Username), gateway.Username);
        if (gateway.Password is not null) json.WriteString(nameof(GatewayOptions.PasswordFile), passwordFile);
        if (gateway.CaFile is not null) json.WriteString(nameof(GatewayOptions.CaFile), Path.GetFullPath(gateway.CaFile));
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, IReadOnlyDictionary<string, TimeSpan> chosen, IReadOnlyDictionary<string, SensorOptions> found)
    {
        json.WriteStartObject(SensorOptions.Section);
        foreach (var (name, options) in found)
        {
            if (!chosen.TryGetValue(name, out var interval)) continue;

            json.WriteStartObject(name);
            json.WriteString(nameof(SensorOptions.Kind), options.Kind?.ToString());
            json.WriteString(nameof(SensorOptions.Interval), interval.ToString("c"));
            if (options.Iio?.Device is { } device)
            {
                json.WriteStartObject(nameof(SensorOptions.Iio));
                json.WriteString(nameof(IioOptions.Device), device);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
