using System.Buffers.Binary;

namespace Iot.EdgeAgent.Sensors.Modbus;

/// <summary>Modbus TCP. Modbus Messaging on TCP/IP Implementation Guide v1.0b, section 3.1.3.</summary>
/// <remarks>
/// <code>
/// | transaction (2) | protocol (2), 0 | length (2) of what follows | unit | function … |
/// </code>
/// </remarks>
internal sealed class MbapFraming : ModbusFraming
{
    private const int HeaderBytes = 7;
    private const int MostFrameBytes = 260;

    /// <summary>What came and is not a whole frame yet; it outlives a question that was given up.</summary>
    private readonly byte[] _received = new byte[MostFrameBytes];
    private int _length;
    private ushort _transaction;

    public override byte[] Ask(ModbusPort port, in ModbusRequest request, TimeSpan timeout)
    {
        Send(port, request);
        var deadline = new Deadline(timeout);
        while (true)
        {
            if (FrameLength() is { } frame && frame <= _length)
            {
                // any other number is a late answer to a question that was given up
                if (BinaryPrimitives.ReadUInt16BigEndian(_received) != _transaction)
                {
                    Forget(frame);
                    continue;
                }

                var answer = _received.AsSpan(HeaderBytes, frame - HeaderBytes).ToArray();
                Forget(frame);
                return request.Data(answer);
            }

            if (deadline.IsOver) throw Silence(request, timeout);
            _length += port.Read(_received.AsSpan(_length), deadline.Left);
        }
    }

    private void Send(ModbusPort port, in ModbusRequest request)
    {
        Span<byte> frame = stackalloc byte[HeaderBytes + ModbusRequest.Bytes];
        BinaryPrimitives.WriteUInt16BigEndian(frame, ++_transaction);
        BinaryPrimitives.WriteUInt16BigEndian(frame[2..], 0);
        BinaryPrimitives.WriteUInt16BigEndian(frame[4..], 1 + ModbusRequest.Bytes);
        frame[6] = request.Unit;
        request.Write(frame[HeaderBytes..]);
        port.Write(frame);
    }

    /// <summary>Null while the header is not whole.</summary>
    private int? FrameLength()
    {
        if (_length < HeaderBytes) return null;

        var protocol = BinaryPrimitives.ReadUInt16BigEndian(_received.AsSpan(2));
        var length = BinaryPrimitives.ReadUInt16BigEndian(_received.AsSpan(4));
        if (protocol != 0 || length is < 2 or > MostFrameBytes - HeaderBytes + 1)
            throw new ModbusDamageException("What answers does not speak Modbus TCP. Check the port, or use rtu+tcp:// for a converter that passes RTU frames on.");

        return HeaderBytes - 1 + length;
    }

    private void Forget(int bytes)
    {
        _received.AsSpan(bytes, _length - bytes).CopyTo(_received);
        _length -= bytes;
    }
}
