using System.Text.Json.Serialization;

namespace Iot.EdgeAgent.Enrollment;

/// <summary>What is kept on disk of an identity. Certificates and key are PEM.</summary>
/// <param name="Gateway">Address of the API.</param>
/// <param name="Mqtt">Where to publish.</param>
/// <param name="TokenHash">SHA-256 of the token that began it, hexadecimal: the same line typed again is known.</param>
internal sealed record IdentityJson(string Device, string Gateway, string Mqtt, string Key, string Certificate, string Chain, string Roots, string? TokenHash = null)
{
    public override string ToString() => Device; // never the key
}

/// <summary>What is kept on disk of a request until its certificate is there. PEM.</summary>
internal sealed record RequestJson(string Device, string Key, string Csr)
{
    public override string ToString() => Device; // never the key
}

/// <summary>To <c>POST /api/v1/enroll</c>.</summary>
internal sealed record EnrollJson(string Token, string Csr)
{
    public override string ToString() => "enroll"; // never the token
}

/// <summary>To <c>POST /api/v1/enroll/renew</c>.</summary>
/// <param name="Signature">Of the current key over the CSR's DER; DER itself.</param>
internal sealed record RenewJson(string Certificate, string Csr, byte[] Signature);

/// <summary>The answer to both.</summary>
/// <param name="Chain">The issuing CA and all above it, the root last.</param>
/// <param name="Roots">All roots to trust; null with a gateway that has one only, which is the last of the chain.</param>
/// <param name="Mqtt">Where to publish; null: port 8883 of the same host.</param>
internal sealed record EnrolledJson(string Device, string Certificate, string Chain, string? Roots = null, string? Mqtt = null);

/// <summary>A refusal in the gateway's words (RFC 9457).</summary>
internal sealed record ProblemJson(string? Title = null, string? Detail = null);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(IdentityJson))]
[JsonSerializable(typeof(RequestJson))]
[JsonSerializable(typeof(EnrollJson))]
[JsonSerializable(typeof(RenewJson))]
[JsonSerializable(typeof(EnrolledJson))]
[JsonSerializable(typeof(ProblemJson))]
internal sealed partial class EnrollmentFormat : JsonSerializerContext;
