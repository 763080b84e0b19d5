using System.Buffers.Text;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Iot.EdgeAgent.Tests.Enrollment;

/// <summary>Answers as a gateway does, over real TLS; a real gateway would not fail as a test wants it to.</summary>
internal sealed class EnrollingServer : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, string> _given = []; // by CSR: what was asked for again gets the same
    private readonly List<JsonObject> _requests = [];
    private readonly TimeProvider _clock;
    private readonly WebApplication _server;

    private EnrollingServer(TestAuthority authority, X509Certificate2? certificate, TimeProvider clock)
    {
        (Authority, _clock, ShownRoots) = (authority, clock, authority.Root.ExportCertificatePem());
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is null) return;

            // not by ServerCertificate: Kestrel would refuse one that is not a server's, and a thief's server would not
            var shown = new SslServerAuthenticationOptions { ServerCertificateContext = SslStreamCertificateContext.Create(certificate, [authority.Issuing], offline: true) };
            listen.UseHttps((_, _, _, _) => ValueTask.FromResult(shown), state: null!);
        }));
        _server = builder.Build();
        _server.MapGet("/api/v1/enroll/roots", () => Results.Text(ShownRoots, "application/pem-certificate-chain"));
        _server.MapPost("/api/v1/enroll", http => AnswerAsync(http, body => IsEnrolling(body)));
        _server.MapGet("/install/{name}", SendFileAsync);
        _server.MapPost("/api/v1/enroll/renew", http => AnswerAsync(http, body => IsProof(body)));
    }

    public TestAuthority Authority { get; }

    /// <summary>To everybody who asks; PEM.</summary>
    public string ShownRoots { get; set; }

    /// <summary>Of the certificates given from now on.</summary>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromDays(90);

    /// <summary>Instead of, or after, the certificate was given; true when the answer is written.</summary>
    public Func<HttpContext, Task<bool>>? Fault { get; set; }

    /// <summary>Changes the answer before it is sent.</summary>
    public Action<JsonObject>? Answering { get; set; }

    /// <summary>What it has to install, by name.</summary>
    public Dictionary<string, byte[]> Files { get; } = [];

    /// <summary>The connection breaks after so many bytes of a file, once.</summary>
    public int? CutAfter { get; set; }

    /// <summary>This file is answered with this status, once.</summary>
    public (string Name, int Status)? RefusesOnce { get; set; }

    /// <summary>Of files, in order: name and range as asked for.</summary>
    public List<string> Sent { get; } = [];

    public Uri Url { get; private set; } = new("http://unknown");

    public IReadOnlyList<JsonObject> Requests
    {
        get
        {
            lock (_gate) return [.. _requests];
        }
    }

    public int Certificates
    {
        get
        {
            lock (_gate) return _given.Count;
        }
    }

    /// <param name="certificate">Null: as a gateway has it. What is shown by TLS.</param>
    /// <param name="plain">Without TLS.</param>
    public static async Task<EnrollingServer> StartAsync(TestAuthority authority, TimeProvider clock, X509Certificate2? certificate = null, bool plain = false)
    {
        var server = new EnrollingServer(authority, plain ? null : certificate ?? authority.Server(), clock);
        await server._server.StartAsync();
        server.Url = new(server._server.Urls.Single());
        return server;
    }

    public string Token(string device = "pump-7", byte[]? root = null, Uri? url = null) => Base64Url.EncodeToString(
    [
        1, .. RandomNumberGenerator.GetBytes(32), .. root ?? Authority.RootHash, (byte)device.Length, .. Encoding.ASCII.GetBytes(device), .. Encoding.UTF8.GetBytes((url ?? Url).AbsoluteUri),
    ]);

    public static Func<HttpContext, Task<bool>> Refuses(int status, string detail) => async http =>
    {
        http.Response.StatusCode = status;
        await http.Response.WriteAsJsonAsync(new { title = "No", detail }, options: null, "application/problem+json");
        return true;
    };

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task SendFileAsync(HttpContext http)
    {
        var name = (string)http.Request.RouteValues["name"]!;
        Sent.Add($"{name} {http.Request.Headers.Range}".TrimEnd());
        if (RefusesOnce is { } refused && name.Equals(refused.Name, StringComparison.Ordinal))
        {
            RefusesOnce = null;
            http.Response.StatusCode = refused.Status;
            return;
        }

        if (Files.TryGetValue(name, out var bytes) && CutAfter is { } cut && bytes.Length > cut)
        {
            CutAfter = null;
            http.Response.ContentLength = bytes.Length;
            await http.Response.Body.WriteAsync(bytes.AsMemory(0, cut));
            await http.Response.Body.FlushAsync();
            http.Abort();
            return;
        }

        await (bytes is null ? Results.NotFound() : Results.Bytes(bytes, "application/octet-stream", enableRangeProcessing: true)).ExecuteAsync(http);
    }

    private async Task AnswerAsync(HttpContext http, Func<JsonObject, bool> isRight)
    {
        var body = (await JsonNode.ParseAsync(http.Request.Body))!.AsObject();
        lock (_gate) _requests.Add(body);
        if (!isRight(body))
        {
            http.Response.StatusCode = 403;
            return;
        }

        var answer = Give((string)body["csr"]!);
        if (Fault is { } fault && await fault(http)) return;

        Answering?.Invoke(answer);
        await http.Response.WriteAsJsonAsync(answer);
    }

    private JsonObject Give(string csr)
    {
        lock (_gate)
        {
            var request = CertificateRequest.LoadSigningRequestPem(csr, HashAlgorithmName.SHA256);
            var device = request.SubjectName.Name["CN=".Length..];
            if (!_given.TryGetValue(csr, out var pem))
            {
                using var certificate = Authority.Client(device, request.PublicKey, _clock.GetUtcNow().AddMinutes(-5), _clock.GetUtcNow() + Lifetime);
                _given[csr] = pem = certificate.ExportCertificatePem();
            }

            return new() { ["device"] = device, ["certificate"] = pem, ["chain"] = Authority.ChainPem };
        }
    }

    private static bool IsEnrolling(JsonObject body) => body.ContainsKey("token");

    private static bool IsProof(JsonObject body)
    {
        using var certificate = X509Certificate2.CreateFromPem((string)body["certificate"]!);
        using var key = certificate.GetECDsaPublicKey()!;
        var csr = (string)body["csr"]!;
        var der = Convert.FromBase64String(csr[PemEncoding.Find(csr).Base64Data]);
        return key.VerifyData(der, Convert.FromBase64String((string)body["signature"]!), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }
}
