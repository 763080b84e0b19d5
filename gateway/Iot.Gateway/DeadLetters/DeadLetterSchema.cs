namespace Iot.Gateway.DeadLetters;

/// <summary>The tables of the dead letters' SQLite file; its <c>user_version</c> is <see cref="Version"/>.</summary>
internal static class DeadLetterSchema
{
    public const int Version = 2;

    /// <summary>Makes this file ours among SQLite files: "iotd".</summary>
    public const int ApplicationId = 0x696F7464;

    // letters.state is a LetterState. state.complete is 0 once older letters are in a file that was set aside.
    // overflow counts what exceeds MaxLetters; overflow_to says how far it counted of each origin.
    public static readonly string Create = $"""
        CREATE TABLE letters (
            id INTEGER PRIMARY KEY AUTOINCREMENT, offset INTEGER NOT NULL, origin TEXT NOT NULL, reading INTEGER NOT NULL,
            device TEXT NOT NULL, received_at_ns INTEGER NOT NULL, reason INTEGER NOT NULL, detail TEXT NOT NULL,
            format INTEGER NOT NULL, epoch INTEGER, seq INTEGER, first INTEGER, readings INTEGER NOT NULL,
            schema TEXT NOT NULL DEFAULT '', state INTEGER NOT NULL DEFAULT 0,
            UNIQUE (offset, origin, reading));
        CREATE INDEX letters_of_device ON letters (device, id);
        CREATE TABLE payloads (offset INTEGER PRIMARY KEY, length INTEGER NOT NULL, bytes BLOB NOT NULL);
        CREATE TABLE overflow (
            device TEXT NOT NULL, origin TEXT NOT NULL, reason INTEGER NOT NULL, letters INTEGER NOT NULL, readings INTEGER NOT NULL,
            PRIMARY KEY (device, origin, reason)) WITHOUT ROWID;
        CREATE TABLE overflow_to (origin TEXT PRIMARY KEY, last_offset INTEGER NOT NULL, last_reading INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE state (collected_to INTEGER NOT NULL, letters INTEGER NOT NULL, bytes INTEGER NOT NULL, journal INTEGER NOT NULL,
            complete INTEGER NOT NULL DEFAULT 1);
        INSERT INTO state VALUES (0, 0, 0, 0, 1);
        PRAGMA application_id = {ApplicationId};
        PRAGMA user_version = {Version};
        """;

    /// <summary>From version 1.</summary>
    public static readonly string Upgrade = $"""
        ALTER TABLE letters ADD COLUMN schema TEXT NOT NULL DEFAULT '';
        ALTER TABLE letters ADD COLUMN state INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE state ADD COLUMN complete INTEGER NOT NULL DEFAULT 1;
        PRAGMA user_version = {Version};
        """;
}
