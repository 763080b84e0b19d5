using System.Text.Json;
using System.Text.Json.Serialization;

namespace Iot.Gateway.Backups;

/// <summary>The last file of a backup: what it holds, and by what that is known again. Without it the backup is not whole.</summary>
/// <param name="Format">Of the backup; 1.</param>
/// <param name="Gateway">Version of the program that made it.</param>
/// <param name="FirstOffset">Lowest journal offset in the copied spool.</param>
/// <param name="Store">Null when there was no embedded store.</param>
internal sealed record BackupManifest(
    int Format, DateTimeOffset CreatedAt, string Gateway, ulong FirstOffset, BackedUpStore? Store, IReadOnlyList<BackedUpFile> Files)
{
    public const string Name = "manifest.json";
    public const int CurrentFormat = 1;

    [JsonIgnore]
    public long Bytes => Files.Sum(file => file.Bytes);

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, BackupJson.Default.BackupManifest);

    /// <exception cref="InvalidDataException">It is no manifest of ours, or of a later program.</exception>
    public static BackupManifest Read(Stream json)
    {
        try
        {
            var manifest = JsonSerializer.Deserialize(json, BackupJson.Default.BackupManifest);
            if (manifest is { Format: CurrentFormat, Files: not null }) return manifest;

            throw new InvalidDataException($"The backup is of format {manifest?.Format}, and this program reads {CurrentFormat}. Use the program that made it.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"'{Name}' in the backup cannot be read: {e.Message}", e);
        }
    }
}

/// <param name="Path">In the data directory, with slashes.</param>
/// <param name="Sha256">Hexadecimal, lower case.</param>
internal sealed record BackedUpFile(string Path, long Bytes, string Sha256);

/// <param name="NextOffset">The first journal offset that it does not hold.</param>
internal sealed record BackedUpStore(ulong NextOffset, long Rows);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BackupManifest))]
internal sealed partial class BackupJson : JsonSerializerContext;
