using System.Text.Json;
using System.Text.Json.Serialization;
using Iot.Gateway.Certificates;
using Iot.Wire;
using Microsoft.Data.Sqlite;

namespace Iot.Gateway.Devices;

/// <summary>Reads devices and what belongs to them.</summary>
internal static class RegistryReader
{
    private const string Columns = """
        SELECT d.id, d.type, d.site, d.tags, d.state, d.created_at, d.last_seen, t.expires_at, p.hash
        FROM devices d LEFT JOIN tokens t ON t.device = d.id AND t.used = 0 LEFT JOIN passwords p ON p.device = d.id
        """;

    private const string Certificate = "SELECT serial, fingerprint, not_before, not_after, revoked, device, root FROM certificates";

    public static RegisteredDevice? Find(SqliteConnection connection, DeviceId device)
    {
        using var command = connection.Command($"{Columns} WHERE d.id = $1", device.Value);
        using var row = command.ExecuteReader();
        if (!row.Read()) return null;

        using var certificates = connection.Command($"{Certificate} WHERE device = $1 ORDER BY not_after DESC", device.Value);
        return Device(row, [.. Certificates(certificates).Select(pair => pair.Certificate)]);
    }

    /// <summary>All, ordered by id.</summary>
    public static IReadOnlyList<RegisteredDevice> All(SqliteConnection connection)
    {
        using var certificates = connection.Command($"{Certificate} ORDER BY not_after DESC");
        var byDevice = Certificates(certificates).ToLookup(pair => pair.Device, pair => pair.Certificate, StringComparer.Ordinal);

        using var command = connection.Command($"{Columns} ORDER BY d.id");
        using var row = command.ExecuteReader();
        var devices = new List<RegisteredDevice>();
        while (row.Read()) devices.Add(Device(row, [.. byDevice[row.GetString(0)]]));
        return devices;
    }

    public static string Tags(IReadOnlyDictionary<string, string> tags) => JsonSerializer.Serialize(new(tags, StringComparer.Ordinal), RegistryTags.Default.DictionaryStringString);

    private static RegisteredDevice Device(SqliteDataReader row, IReadOnlyList<DeviceCertificate> certificates) => new(
        DeviceId.Parse(row.GetString(0)),
        new(row.GetString(1), row.GetString(2), JsonSerializer.Deserialize(row.GetString(3), RegistryTags.Default.DictionaryStringString)!),
        (EnrollmentState)row.GetByte(4),
        Time(row, 5),
        row.GetInt64(6) == 0 ? null : Time(row, 6),
        row.IsDBNull(7) ? null : Time(row, 7),
        certificates) { PasswordHash = row.IsDBNull(8) ? null : row.GetString(8) };

    private static List<(string Device, DeviceCertificate Certificate)> Certificates(SqliteCommand command)
    {
        using var row = command.ExecuteReader();
        var certificates = new List<(string, DeviceCertificate)>();
        while (row.Read())
            certificates.Add((row.GetString(5), new(row.GetString(0), Fingerprint.Parse(row.GetFieldValue<byte[]>(1)), Time(row, 2), Time(row, 3), row.GetBoolean(4), row.IsDBNull(6) ? null : Fingerprint.Parse(row.GetFieldValue<byte[]>(6)))));
        return certificates;
    }

    private static DateTimeOffset Time(SqliteDataReader row, int column) => DateTimeOffset.FromUnixTimeSeconds(row.GetInt64(column));
}

[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class RegistryTags : JsonSerializerContext;
