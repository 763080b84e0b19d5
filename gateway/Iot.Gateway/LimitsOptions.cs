using System.ComponentModel.DataAnnotations;
using System.Net;
using Iot.Configuration;

namespace Iot.Gateway;

/// <summary>What one message, one device, one address, and all of them together may ask of the gateway. Section <c>Limits</c>.</summary>
/// <remarks>Rates hold a second's worth; <see cref="Burst"/> says how much may come at once. The defaults are far above what devices do.</remarks>
internal sealed record LimitsOptions : IValidatableObject
{
    public const string Section = "Limits";

    /// <summary>Largest payload as it arrives, in bytes. 1 KiB–1 MiB; default 256 KiB.</summary>
    [Range(1024, 1024 * 1024)]
    public int PayloadBytes { get; init; } = 256 * 1024;

    /// <summary>What <see cref="UnpackedBytes"/> can be at most: what was taken once is unpacked again, however the limit was lowered since.</summary>
    public const int MostUnpackedBytes = 64 * 1024 * 1024;

    /// <summary>Largest payload after decompression, in bytes. 1 KiB–64 MiB; default 8 MiB.</summary>
    [Range(1024, MostUnpackedBytes)]
    public int UnpackedBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>Most readings in one message. 1–100,000; default 10,000.</summary>
    [Range(1, 100_000)]
    public int ReadingsPerBatch { get; init; } = 10_000;

    /// <summary>Most MQTT clients let in at once; one more is told 0x89, server busy. 1–1,000,000; default 20,000.</summary>
    [Range(1, 1_000_000)]
    public int Connections { get; init; } = 20_000;

    /// <summary>Most connections whose CONNECT is not finished; the oldest gives way to one more. 1–1,000,000; default 1,000.</summary>
    [Range(1, 1_000_000)]
    public int UnfinishedConnections { get; init; } = 1_000;

    /// <summary>The same of one address. 1–1,000,000; default 100.</summary>
    [Range(1, 1_000_000)]
    public int UnfinishedPerAddress { get; init; } = 100;

    /// <summary>Most clients let in that have named no device yet; the oldest gives way to one more. 1–1,000,000; default 10,000.</summary>
    [Range(1, 1_000_000)]
    public int NamelessConnections { get; init; } = 10_000;

    /// <summary>Most clients of one address let in at once; one more is told 0x97. 1–1,000,000; default 1,000.</summary>
    [Range(1, 1_000_000)]
    public int ConnectionsPerAddress { get; init; } = 1_000;

    /// <summary>Most connections that speak for one device; one more is told 0x97. 2–1,000,000; default 10.</summary>
    [Range(2, 1_000_000)]
    public int ConnectionsPerDevice { get; init; } = 10;

    /// <summary>Connections a second from one address; one more is told 0x9F. 1–1,000,000; default 100.</summary>
    [Range(1, 1_000_000)]
    public int ConnectsPerSecondPerAddress { get; init; } = 100;

    /// <summary>Connections a second that speak for one device; one more is told 0x9F. 1–1,000,000; default 10.</summary>
    [Range(1, 1_000_000)]
    public int ConnectsPerSecondPerDevice { get; init; } = 10;

    /// <summary>Messages a second of one device; beyond it the gateway reads no faster. 1–10,000,000; default 50,000.</summary>
    [Range(1, 10_000_000)]
    public int MessagesPerSecondPerDevice { get; init; } = 50_000;

    /// <summary>Bytes a second of one device. 1 KiB–1 GiB; default 64 MiB.</summary>
    [Range(1024, 1024 * 1024 * 1024)]
    public int BytesPerSecondPerDevice { get; init; } = 64 * 1024 * 1024;

    /// <summary>Readings a second of one device. 1–100,000,000; default 2,000,000.</summary>
    [Range(1, 100_000_000)]
    public int ReadingsPerSecondPerDevice { get; init; } = 2_000_000;

    /// <summary>Refused payloads a second of one device: those that cannot be read or may not be published. 1–1,000,000; default 100.</summary>
    [Range(1, 1_000_000)]
    public int RefusedPerSecondPerDevice { get; init; } = 100;

    /// <summary>Messages a second of one address; beyond it the gateway reads no faster. 1–10,000,000; default 200,000.</summary>
    [Range(1, 10_000_000)]
    public int MessagesPerSecondPerAddress { get; init; } = 200_000;

    /// <summary>Bytes a second of one address. 1 KiB–1 GiB; default 256 MiB.</summary>
    [Range(1024, 1024 * 1024 * 1024)]
    public int BytesPerSecondPerAddress { get; init; } = 256 * 1024 * 1024;

    /// <summary>Readings a second of one address. 1–100,000,000; default 10,000,000.</summary>
    [Range(1, 100_000_000)]
    public int ReadingsPerSecondPerAddress { get; init; } = 10_000_000;

    /// <summary>Refused payloads a second of one address. 1–1,000,000; default 1,000.</summary>
    [Range(1, 1_000_000)]
    public int RefusedPerSecondPerAddress { get; init; } = 1_000;

    /// <summary>Most HTTP connections at once; one more is closed. 10–1,000,000; default 1,000.</summary>
    [Range(10, 1_000_000)]
    public int HttpConnections { get; init; } = 1_000;

    /// <summary>The same of one address. 10–1,000,000; default 50.</summary>
    [Range(10, 1_000_000)]
    public int HttpConnectionsPerAddress { get; init; } = 50;

    /// <summary>How many seconds' worth of each rate may come at once after a silence. 1 s–10 min; default 10 s.</summary>
    [Duration("00:00:01", "00:10:00")]
    public TimeSpan Burst { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Addresses and networks, with commas, that no limit per address holds for, such as a broker or proxy that speaks for many.
    /// Default <c>127.0.0.0/8, ::1</c>.</summary>
    public string TrustedAddresses { get; init; } = "127.0.0.0/8, ::1";

    /// <summary>Most series of one device; readings that would open one more become dead letters. 1–1,000,000; default 5,000.</summary>
    [Range(1, 1_000_000)]
    public int SeriesPerDevice { get; init; } = 5_000;

    /// <summary>Most series of all devices. 1–100,000,000; default 5,000,000, about 60 MB when all are there.</summary>
    [Range(1, 100_000_000)]
    public int Series { get; init; } = 5_000_000;

    /// <summary><see cref="TrustedAddresses"/>, taken apart; those that are no address are left out.</summary>
    public IReadOnlyList<IPNetwork> TrustedNetworks => [.. Words(TrustedAddresses).Select(NetworkOf).OfType<IPNetwork>()];

    IEnumerable<ValidationResult> IValidatableObject.Validate(ValidationContext validationContext) => Words(TrustedAddresses)
        .Where(word => NetworkOf(word) is null)
        .Select(word => new ValidationResult($"TrustedAddresses: '{word}' is neither an IP address nor a network such as 10.1.0.0/16 with no bits set behind its prefix."));

    private static string[] Words(string list) => list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static IPNetwork? NetworkOf(string word)
    {
        if (IPAddress.TryParse(word, out var address)) return new(address, address.GetAddressBytes().Length * 8);

        return IPNetwork.TryParse(word, out var network) ? network : null;
    }
}
