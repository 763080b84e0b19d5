namespace Iot.CrashTest.Recording;

/// <summary>Cuts a stream of bytes into MQTT packets. Not thread-safe.</summary>
internal sealed class PacketSplitter(PacketSplitter.Seen seen)
{
    private byte[] _bytes = new byte[64 * 1024];
    private int _length;

    public delegate void Seen(byte head, ReadOnlySpan<byte> body);

    public void Take(ReadOnlySpan<byte> bytes)
    {
        if (_length + bytes.Length > _bytes.Length) Array.Resize(ref _bytes, 2 * (_length + bytes.Length));

        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
        var at = 0;
        while (MqttPacket.TryRead(_bytes.AsSpan(at, _length - at), out var head, out var body, out var length))
        {
            seen(head, body);
            at += length;
        }

        _bytes.AsSpan(at, _length - at).CopyTo(_bytes);
        _length -= at;
    }
}
