namespace Iot.Gateway.Devices;

/// <summary>The tables of the registry's SQLite file; its <c>user_version</c> is <see cref="Version"/>.</summary>
internal static class RegistrySchema
{
    public const int Version = 1;

    /// <summary>Makes this file ours among SQLite files: "iotr".</summary>
    public const int ApplicationId = 0x696F7472;

    // Times are unix seconds. devices.state is an EnrollmentState. A device has one token at most; it goes with the next one.
    // certificates.origin is what it was given for (hash of a token, or fingerprint of the certificate before), request the hash of the CSR:
    // who asks again after a lost answer gets the same certificate, not a second one.
    public static readonly string Create = $"""
        CREATE TABLE devices (
            id TEXT PRIMARY KEY, type TEXT NOT NULL, site TEXT NOT NULL, tags TEXT NOT NULL, state INTEGER NOT NULL,
            created_at INTEGER NOT NULL, last_seen INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
        CREATE TABLE tokens (
            device TEXT PRIMARY KEY REFERENCES devices (id) ON DELETE CASCADE, hash BLOB NOT NULL, expires_at INTEGER NOT NULL, used INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
        CREATE TABLE certificates (
            fingerprint BLOB PRIMARY KEY, device TEXT NOT NULL REFERENCES devices (id) ON DELETE CASCADE, serial TEXT NOT NULL UNIQUE,
            not_before INTEGER NOT NULL, not_after INTEGER NOT NULL, revoked INTEGER NOT NULL DEFAULT 0,
            origin BLOB NOT NULL, request BLOB NOT NULL, bytes BLOB NOT NULL, UNIQUE (origin, request)) WITHOUT ROWID;
        CREATE INDEX certificates_of_device ON certificates (device, not_after);
        PRAGMA application_id = {ApplicationId};
        PRAGMA user_version = {Version};
        """;
}
