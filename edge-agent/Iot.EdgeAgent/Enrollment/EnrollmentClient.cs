using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Iot.EdgeAgent.Timekeeping;

namespace Iot.EdgeAgent.Enrollment;

/// <summary>Asks a gateway for a certificate: the first for a token, the next for the one before. Whatever goes wrong is an answer.</summary>
/// <param name="time">Null: this machine's clock is believed, unless it cannot be right.</param>
internal sealed class EnrollmentClient(TimeProvider clock, Timekeeper? time = null)
{
    private readonly GatewayHttp _http = new(clock);

    /// <summary>The first, or one for a new key.</summary>
    /// <remarks>
    /// In two steps, since TLS servers do not show their root. First it asks for the roots, trusting nobody and telling nothing; of the answer only
    /// the root whose hash stands in the token is believed. Then, over a new connection that must lead to that root, it shows the token.
    /// </remarks>
    public async Task<EnrollmentAnswer> EnrollAsync(EnrollmentToken token, PendingRequest request, CancellationToken cancellation)
    {
        var root = new X509Certificate2Collection();
        if (token.Gateway.Scheme is "https") // else it is this machine
        {
            var shown = await _http.AskAsync(HttpMethod.Get, new(token.Gateway, "/api/v1/enroll/roots"), content: null, trust: null, cancellation);
            if (!shown.IsOk) return shown.ToRefusal();

            root = Only(token.Root, shown.Content);
            if (root.Count == 0)
                return EnrollmentAnswer.Failed($"{token.Gateway.Authority} does not have the root that the token names: it is another gateway, or somebody stands between. The token was not sent");
        }

        var trust = new GatewayTrust(root, token.Gateway.IdnHost, Now);
        var body = Body(new(token.Text, request.CsrPem), EnrollmentFormat.Default.EnrollJson);
        return Read(await _http.AskAsync(HttpMethod.Post, new(token.Gateway, "/api/v1/enroll"), body, trust, cancellation), given => Accept(given, token, request));
    }

    /// <summary>The next, for the request's key. Needs no valid certificate: the proof is a signature.</summary>
    public async Task<EnrollmentAnswer> RenewAsync(DeviceIdentity current, PendingRequest request, CancellationToken cancellation)
    {
        var trust = new GatewayTrust(current.Roots(), current.Gateway.IdnHost, Now);
        var body = Body(new(current.CertificatePem, request.CsrPem, request.SignedBy(current)), EnrollmentFormat.Default.RenewJson);
        return Read(await _http.AskAsync(HttpMethod.Post, new(current.Gateway, "/api/v1/enroll/renew"), body, trust, cancellation), given => Accept(given, current, request));
    }

    private DateTimeOffset? Now() => time is not null ? time.Now : MachineClocks.Believed(clock.GetUtcNow());

    private static EnrollmentAnswer Read(HttpOutcome outcome, Func<EnrolledJson, DeviceIdentity> accept)
    {
        if (!outcome.IsOk) return outcome.ToRefusal();

        try
        {
            return EnrollmentAnswer.Of(accept(JsonSerializer.Deserialize(outcome.Content, EnrollmentFormat.Default.EnrolledJson) ?? throw new FormatException("it is empty")));
        }
        catch (Exception e) when (e is JsonException or CryptographicException or FormatException or ArgumentException)
        {
            return EnrollmentAnswer.Failed($"the gateway's answer cannot be used: {e.Message.TrimEnd('.')}");
        }
    }

    private static DeviceIdentity Accept(EnrolledJson given, EnrollmentToken token, PendingRequest request)
    {
        var roots = given.Roots is { Length: > 0 } told ? told : LastOf(given.Chain);
        if (Only(token.Root, Encoding.UTF8.GetBytes(roots)).Count == 0) throw new FormatException("it does not hold the root that the token names");
        if (!given.Device.Equals(token.Device.Value, StringComparison.Ordinal)) throw new FormatException($"it is for {given.Device}");

        var mqtt = given.Mqtt?.TrimEnd('/') ?? $"mqtts://{token.Gateway.Host}:8883"; // Host: IPv6 keeps its brackets
        return DeviceIdentity.From(new(given.Device, token.Gateway.AbsoluteUri, mqtt, request.KeyPem, given.Certificate, given.Chain, roots, token.Hash));
    }

    private static DeviceIdentity Accept(EnrolledJson given, DeviceIdentity current, PendingRequest request) => DeviceIdentity.From(current.Json with
    {
        Key = request.KeyPem,
        Certificate = given.Certificate,
        Chain = given.Chain,
        Roots = given.Roots is { Length: > 0 } told ? told : current.Json.Roots, // a gateway that does not know its root says nothing
        Mqtt = given.Mqtt?.TrimEnd('/') ?? current.Json.Mqtt,
    });

    /// <summary>Those with this SHA-256; empty when there is none, or what was shown is no PEM.</summary>
    private static X509Certificate2Collection Only(ReadOnlyMemory<byte> hash, byte[] pem)
    {
        try
        {
            return [.. DeviceIdentity.Read(Encoding.UTF8.GetString(pem)).Where(root => SHA256.HashData(root.RawDataMemory.Span).AsSpan().SequenceEqual(hash.Span))];
        }
        catch (CryptographicException)
        {
            return []; // the caller says what that means
        }
    }

    private static string LastOf(string chain) => DeviceIdentity.Read(chain) is { Count: > 0 } certificates ? certificates[^1].ExportCertificatePem() : "";

    private static ByteArrayContent Body<T>(T content, JsonTypeInfo<T> type) => new(JsonSerializer.SerializeToUtf8Bytes(content, type))
    {
        Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
    };
}
