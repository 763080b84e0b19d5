using System.Security.Cryptography;
using Iot.Gateway.Certificates;
using Iot.Wire;
using Microsoft.Data.Sqlite;

namespace Iot.Gateway.Devices;

/// <summary>A credential is spent and its certificate noted in one transaction, which is on disk before anybody is answered.</summary>
/// <remarks>
/// When the answer is lost on its way, or with the process, the device asks again with the same token and the same request, and gets the certificate that was noted.
/// Nobody else can use it: it is for the key that signed the request.
/// </remarks>
internal sealed class CertificateRecords(DeviceRegistry registry, CaOptions options, TimeProvider clock)
{
    /// <summary>Most certificates of one device that are valid at a time.</summary>
    public const int MostValid = 10;

    public EnrollmentAnswer Enroll(DeviceId device, Fingerprint token, Fingerprint request, Func<IssuedCertificate> issue) => registry.Change(device, connection =>
    {
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        if (WhyNot(connection, device, token, now) is { } refusal) return EnrollmentAnswer.Refused(refusal);
        if (Noted(connection, device, token, request) is { } given) return given;
        if (connection.Number("SELECT used FROM tokens WHERE device = $1", device.Value) != 0) return EnrollmentAnswer.Refused(EnrollmentRefusal.TokenUsed);

        Forget(connection, device);
        connection.Execute("UPDATE certificates SET revoked = 1 WHERE device = $1", device.Value);
        connection.Execute("UPDATE tokens SET used = 1 WHERE device = $1", device.Value);
        connection.Execute("UPDATE devices SET state = $2, last_seen = $3 WHERE id = $1", device.Value, (int)EnrollmentState.Active, now);
        return Note(connection, device, token, request, issue());
    });

    public EnrollmentAnswer Renew(DeviceId device, Fingerprint current, Fingerprint request, Func<IssuedCertificate> issue) => registry.Change(device, connection =>
    {
        var now = clock.GetUtcNow();
        if (WhyNotRenew(registry.Identity.Identify(current).Refusal, connection, current, now) is { } refusal) return EnrollmentAnswer.Refused(refusal);
        if (Noted(connection, device, current, request) is { } given) return given;

        var nowSeconds = now.ToUnixTimeSeconds();
        Forget(connection, device);
        if (connection.Number("SELECT count(*) FROM certificates WHERE device = $1 AND revoked = 0 AND not_after >= $2", device.Value, nowSeconds) >= MostValid)
            return EnrollmentAnswer.Refused(EnrollmentRefusal.TooManyCertificates);

        connection.Execute("UPDATE devices SET last_seen = $2 WHERE id = $1", device.Value, nowSeconds);
        return Note(connection, device, current, request, issue());
    });

    /// <summary>A stranger learns nothing from the answer or its time; who has the token learns what became of it.</summary>
    private static EnrollmentRefusal? WhyNot(SqliteConnection connection, DeviceId device, Fingerprint token, long now)
    {
        using var command = connection.Command(
            "SELECT t.hash, t.expires_at, d.state FROM tokens t JOIN devices d ON d.id = t.device WHERE t.device = $1", device.Value);
        using var row = command.ExecuteReader();
        var isThere = row.Read();
        var kept = isThere ? row.GetFieldValue<byte[]>(0) : new byte[SHA256.HashSizeInBytes];
        if (!CryptographicOperations.FixedTimeEquals(kept, token.ToBytes()) || !isThere) return EnrollmentRefusal.Unknown;
        if ((EnrollmentState)row.GetByte(2) == EnrollmentState.Disabled) return EnrollmentRefusal.Disabled;
        return now >= row.GetInt64(1) ? EnrollmentRefusal.TokenExpired : null;
    }

    private EnrollmentRefusal? WhyNotRenew(IdentityRefusal found, SqliteConnection connection, Fingerprint current, DateTimeOffset now) => found switch
    {
        IdentityRefusal.None => null,
        IdentityRefusal.Disabled => EnrollmentRefusal.Disabled,
        IdentityRefusal.Revoked => EnrollmentRefusal.Revoked,
        IdentityRefusal.Expired when now <= EndOf(connection, current) + options.RenewExpiredFor => null,
        IdentityRefusal.Expired => EnrollmentRefusal.CertificateExpired,
        _ => EnrollmentRefusal.Unknown,
    };

    /// <summary>What can be neither used nor renewed any more.</summary>
    private void Forget(SqliteConnection connection, DeviceId device) => connection.Execute(
        "DELETE FROM certificates WHERE device = $1 AND not_after < $2", device.Value, (clock.GetUtcNow() - options.RenewExpiredFor).ToUnixTimeSeconds());

    private static DateTimeOffset EndOf(SqliteConnection connection, Fingerprint certificate) => DateTimeOffset.FromUnixTimeSeconds(
        connection.Number("SELECT not_after FROM certificates WHERE fingerprint = $1", certificate.ToBytes()));

    private static EnrollmentAnswer? Noted(SqliteConnection connection, DeviceId device, Fingerprint origin, Fingerprint request)
    {
        using var command = connection.Command(
            "SELECT bytes FROM certificates WHERE device = $1 AND origin = $2 AND request = $3 AND revoked = 0", device.Value, origin.ToBytes(), request.ToBytes());
        return command.ExecuteScalar() is byte[] bytes ? new(EnrollmentRefusal.None, "", device.Value, bytes, IsRepeated: true) : null;
    }

    private static EnrollmentAnswer Note(SqliteConnection connection, DeviceId device, Fingerprint origin, Fingerprint request, IssuedCertificate issued)
    {
        connection.Execute(
            "INSERT INTO certificates (fingerprint, device, serial, not_before, not_after, origin, request, bytes, root) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            Fingerprint.Of(issued.Bytes).ToBytes(), device.Value, issued.Serial,
            issued.NotBefore.ToUnixTimeSeconds(), issued.NotAfter.ToUnixTimeSeconds(), origin.ToBytes(), request.ToBytes(), issued.Bytes, issued.Root.ToBytes());
        return new(EnrollmentRefusal.None, "", device.Value, issued.Bytes);
    }
}
