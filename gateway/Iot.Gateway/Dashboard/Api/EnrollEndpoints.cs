using System.ComponentModel;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Iot.Gateway.Audit;
using Iot.Gateway.Certificates;
using Iot.Gateway.Dashboard.Access;
using Iot.Gateway.Devices;
using Iot.Gateway.Observability;
using Microsoft.AspNetCore.Mvc;

namespace Iot.Gateway.Dashboard.Api;

/// <summary><c>POST /api/v1/enroll</c> and <c>/renew</c>: open to strangers, who show a token or a certificate's key.</summary>
internal static class EnrollEndpoints
{
    private const string PemMediaType = "application/pem-certificate-chain";
    private const int LongestBody = 64 * 1024;

    public static void Map(RouteGroupBuilder enroll)
    {
        enroll.MapPost("", EnrollAsync).WithSummary("Enrollment token and CSR in, client certificate and CA chain out. A lost answer is given again for the same token and CSR.")
            .Accepts<EnrollParameters>("application/json", "*/*").Produces<EnrolledJson>().ProducesProblem(400).ProducesProblem(403).ProducesProblem(415).ProducesProblem(429);
        enroll.MapPost("/renew", RenewAsync).WithSummary("Current certificate, CSR, and a signature of the certificate's key over the CSR's DER in; the next certificate out.")
            .Accepts<RenewParameters>("application/json", "*/*").Produces<EnrolledJson>().ProducesProblem(400).ProducesProblem(403).ProducesProblem(415).ProducesProblem(429);
        enroll.MapGet("/roots", Roots).WithSummary("Every root that devices should trust: one, or two while the CA changes. Whoever asks without trust yet compares the SHA-256 with his token's.")
            .Produces<string>(200, PemMediaType).ProducesProblem(501);
        enroll.AllowAnonymous().WithMetadata(new RequestSizeLimitAttribute(LongestBody));
    }

    private static IResult Roots([FromServices] Enrollment enrollment) => enrollment.RootsPem is { Length: > 0 } pem
        ? TypedResults.Text(pem, PemMediaType)
        : Problem.NotConfigured(enrollment.WhyNoToken ?? "");

    private static Task<IResult> EnrollAsync(HttpContext http, [FromServices] Enrollment enrollment) => AnswerAsync(
        http, AuditAct.DeviceEnrolled, ApiJson.Default.EnrollParameters, "must be {\"token\", \"csr\"} as JSON", enrollment,
        asked => IsPrivate(http) ? enrollment.Enroll(asked.Token, asked.Csr, AddressOf(http)) : null);

    private static Task<IResult> RenewAsync(HttpContext http, [FromServices] Enrollment enrollment) => AnswerAsync(
        http, AuditAct.DeviceRenewed, ApiJson.Default.RenewParameters, "must be {\"certificate\", \"csr\", \"signature\"} as JSON, the signature in base64", enrollment,
        asked => enrollment.Renew(asked.Certificate, asked.Csr, asked.Signature, AddressOf(http)));

    private static async Task<IResult> AnswerAsync<T>(
        HttpContext http, AuditAct act, JsonTypeInfo<T> type, string allowed, Enrollment enrollment, Func<T, EnrollmentAnswer?> ask) where T : class, new()
    {
        if (!http.Request.HasJsonContentType()) return Problem.WrongMediaType("The body must be JSON: Content-Type: application/json.");

        try
        {
            var asked = await http.Request.ReadFromJsonAsync(type, http.RequestAborted) ?? new();
            if (ask(asked) is not { } answer) return Problem.Forbidden("A token is taken over TLS only, or from this machine: others on the way could read it. Nothing was used up.");

            await TellAsync(http, act, answer, enrollment);
            return Result(answer, enrollment);
        }
        catch (JsonException e)
        {
            return Problem.BadParameter("body", e.Path, allowed);
        }
        catch (IOException e) when (e is DeviceRegistryException or CaException)
        {
            http.RequestServices.GetRequiredService<ILogger<Enrollment>>().EnrollmentFailed(e, e.Message);
            return Problem.Unavailable("The gateway cannot give certificates now; its log says why. Ask again later with the same request.");
        }
    }

    /// <summary>A certificate is in the audit log before it leaves, once; a refusal is anybody's.</summary>
    private static async Task TellAsync(HttpContext http, AuditAct act, EnrollmentAnswer answer, Enrollment enrollment)
    {
        var audit = http.RequestServices.GetRequiredService<AuditTrail>();
        if (answer.Refusal != EnrollmentRefusal.None)
        {
            audit.Report(new(AuditAct.EnrollRefused, answer.Device, Caller.AddressOf(http), http.Request.Path, AuditResult.Refused, SnakeCase.Of(answer.Refusal)));
        }
        else if (enrollment.IsNews(answer))
        {
            await audit.WriteAsync(new(act, answer.Device, Caller.AddressOf(http)), http.RequestAborted);
            enrollment.Told(answer);
        }
    }

    private static IResult Result(EnrollmentAnswer answer, Enrollment enrollment) => answer.Refusal switch
    {
        EnrollmentRefusal.None => TypedResults.Ok(new EnrolledJson(
            answer.Device, PemEncoding.WriteString("CERTIFICATE", answer.Certificate!) + "\n", enrollment.ChainPem, enrollment.RootsPem, enrollment.Addresses.Mqtt?.AbsoluteUri)),
        EnrollmentRefusal.BadRequest => Problem.Refused(answer.Detail),
        EnrollmentRefusal.TooManyAttempts or EnrollmentRefusal.TooManyCertificates => Problem.TooMany(answer.Detail),
        _ => Problem.Forbidden(answer.Detail),
    };

    private static bool IsPrivate(HttpContext http) => http.Request.IsHttps || IPAddress.IsLoopback(AddressOf(http));

    private static IPAddress AddressOf(HttpContext http) => http.Connection.RemoteIpAddress ?? IPAddress.None;
}

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record EnrollParameters
{
    [Description("As 'devices add' printed it.")]
    public string? Token { get; init; }

    [Description("PKCS#10 in PEM.")]
    public string? Csr { get; init; }
}

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record RenewParameters
{
    [Description("The one the device has, in PEM.")]
    public string? Certificate { get; init; }

    [Description("PKCS#10 in PEM, for the same key or a new one.")]
    public string? Csr { get; init; }

    [Description("Of the certificate's key over the CSR's DER, with SHA-256; base64.")]
    public byte[]? Signature { get; init; }
}

/// <param name="Certificate">PEM.</param>
/// <param name="Chain">The issuing CA and all above it, the root last; PEM.</param>
/// <param name="Roots">Every root that the device should trust from now on, when it meets this gateway; PEM. Nothing when the gateway does not know it: then those from before hold.</param>
/// <param name="Mqtt">Where it connects, <c>mqtts://host:port</c>; nothing when this gateway speaks no TLS over MQTT.</param>
internal sealed record EnrolledJson(string Device, string Certificate, string Chain, string? Roots, string? Mqtt);
