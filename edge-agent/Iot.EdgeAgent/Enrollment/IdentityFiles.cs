using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Iot.Journal;
using Iot.Wire;

namespace Iot.EdgeAgent.Enrollment;

/// <summary>The identity of this device on disk, and the request that is to replace it.</summary>
/// <remarks>
/// <code>
/// identity.json   key, certificate, chain, roots, addresses: one file, so a key is never without its certificate
/// request.json    the next key and its CSR, on disk before it is sent, gone after identity.json has its certificate
/// identity.lock   held by the one who asks the gateway: the running agent, or 'enroll'
/// </code>
/// A kill at any point leaves the old identity, or the new one; and what was asked for can be asked for again.
/// </remarks>
internal sealed class IdentityFiles(string directory)
{
    /// <summary>A lock of files tells nobody that it is free again.</summary>
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(50);

    private readonly PosixDisk _disk = new();

    public string Path { get; } = System.IO.Path.Combine(directory, "identity.json");

    private string RequestPath { get; } = System.IO.Path.Combine(directory, "request.json");

    /// <summary>Null: this device was never enrolled.</summary>
    /// <exception cref="IdentityException">It is not what <see cref="Write"/> wrote.</exception>
    public DeviceIdentity? Read()
    {
        if (!_disk.Exists(Path)) return null;

        try
        {
            return DeviceIdentity.From(Parse(Path, EnrollmentFormat.Default.IdentityJson));
        }
        catch (Exception e) when (e is JsonException or CryptographicException or FormatException or ArgumentException)
        {
            throw new IdentityException(Path, e.Message.TrimEnd('.'), e);
        }
    }

    /// <summary>Returns once it is on disk; the request that led to it is gone then.</summary>
    public void Write(DeviceIdentity identity)
    {
        Keep(Path, identity.Json, EnrollmentFormat.Default.IdentityJson);
        if (_disk.Exists(RequestPath)) _disk.Delete(RequestPath); // should it come back after a power cut, IsFor tells
    }

    /// <summary>The one that was not answered yet, or a new one, which is on disk before it is returned.</summary>
    public PendingRequest Request(DeviceId device, DeviceIdentity? current)
    {
        if (Kept() is { } kept && kept.IsFor(device, current)) return kept;

        var request = PendingRequest.Create(device);
        Keep(RequestPath, request.Json, EnrollmentFormat.Default.RequestJson);
        return request;
    }

    /// <summary>Null while another process asks the gateway.</summary>
    public IDisposable? TryLock()
    {
        _disk.CreateDirectory(directory);
        var path = System.IO.Path.Combine(directory, "identity.lock");
        var held = _disk.TryLock(path);
        if (held is not null) PrivateFile.BelongsToOwnerOf(directory, path);
        return held;
    }

    /// <summary>Waits until the other has its answer. Null: not within <paramref name="longest"/>.</summary>
    public async Task<IDisposable?> LockAsync(TimeSpan longest, TimeProvider clock, CancellationToken cancellation)
    {
        var began = clock.GetTimestamp();
        while (true)
        {
            if (TryLock() is { } held) return held;
            if (clock.GetElapsedTime(began) >= longest) return null;

            await Task.Delay(BetweenLooks, clock, cancellation);
        }
    }

    private PendingRequest? Kept()
    {
        if (!_disk.Exists(RequestPath)) return null;

        try
        {
            return new(Parse(RequestPath, EnrollmentFormat.Default.RequestJson));
        }
        catch (JsonException)
        {
            return null; // nothing was got with it: a new one takes its place
        }
    }

    private static T Parse<T>(string path, JsonTypeInfo<T> type) where T : class =>
        JsonSerializer.Deserialize(File.ReadAllBytes(path), type) ?? throw new JsonException("it is empty");

    private void Keep<T>(string path, T content, JsonTypeInfo<T> type)
    {
        _disk.CreateDirectory(directory);
        PrivateFile.Write(_disk, path, JsonSerializer.SerializeToUtf8Bytes(content, type));
    }
}

/// <summary>The identity on disk cannot be used. It is left as it is.</summary>
internal sealed class IdentityException(string path, string finding, Exception? cause = null)
    : IOException($"'{path}' is no identity of a device: {finding}. Put it back from a copy, or delete it and enroll anew: iot-gateway devices token ID.", cause)
{
    public string Path { get; } = path;
}
