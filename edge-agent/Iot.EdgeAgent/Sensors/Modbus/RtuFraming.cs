using System.Buffers.Binary;

namespace Iot.EdgeAgent.Sensors.Modbus;

/// <summary>Modbus RTU. Modbus over Serial Line v1.02, section 2.5.1.</summary>
/// <remarks>
/// <code>
/// silence of 3.5 characters | unit | function … | CRC (2), low byte first | silence
/// </code>
/// An answer is found by unit, function, length and CRC wherever it begins in what came: before it may stand noise of the
/// line's turning, the echo of our question on two wires, or an answer of another slave that comes too late.
/// </remarks>
internal sealed class RtuFraming : ModbusFraming
{
    private const int CrcBytes = 2;

    /// <summary>Adapters and networks deliver a frame in parts this far from each other.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(50);

    private readonly byte[] _received = new byte[512];

    public override byte[] Ask(ModbusPort port, in ModbusRequest request, TimeSpan timeout)
    {
        AwaitSilence(port, timeout);
        Send(port, request);
        var deadline = new Deadline(timeout);
        var length = 0;
        while (length < _received.Length && !deadline.IsOver)
        {
            var isEnough = length >= 1 + 2 + request.DataBytes + CrcBytes;
            var read = port.Read(_received.AsSpan(length), isEnough && LongestPause < deadline.Left ? LongestPause : deadline.Left);
            if (read == 0 && isEnough) break; // it has ended, and was no answer

            length += read;
            if (Find(_received.AsSpan(0, length), request) is { } answer) return request.Data(answer);
        }

        throw length == 0
            ? Silence(request, timeout)
            : new ModbusDamageException($"Unit {request.Unit}: {length} bytes came that are no answer. Check BaudRate, Parity, termination, and that each slave has an address of its own.");
    }

    /// <summary>The answer without unit and CRC; null when there is none yet.</summary>
    internal static byte[]? Find(ReadOnlySpan<byte> received, in ModbusRequest request)
    {
        for (var start = 0; start + 3 + CrcBytes <= received.Length; start++)
        {
            var frame = received[start..];
            if (frame[0] != request.Unit) continue;

            var length = frame[1] == (request.Function | 0x80) ? 3
                : frame[1] == request.Function && frame[2] == request.DataBytes ? 3 + request.DataBytes
                : int.MaxValue;
            if (length > frame.Length - CrcBytes) continue;

            if (BinaryPrimitives.ReadUInt16LittleEndian(frame[length..]) == Crc16.Of(frame[..length])) return frame[1..length].ToArray();
        }

        return null;
    }

    internal static byte[] Frame(in ModbusRequest request)
    {
        var frame = new byte[1 + ModbusRequest.Bytes + CrcBytes];
        frame[0] = request.Unit;
        request.Write(frame.AsSpan(1));
        BinaryPrimitives.WriteUInt16LittleEndian(frame.AsSpan(frame.Length - CrcBytes), Crc16.Of(frame.AsSpan(0, frame.Length - CrcBytes)));
        return frame;
    }

    private static void Send(ModbusPort port, in ModbusRequest request) => port.Write(Frame(request));

    /// <summary>Reads away what comes too late, until nothing has come for as long as parts two frames.</summary>
    private void AwaitSilence(ModbusPort port, TimeSpan timeout)
    {
        var deadline = new Deadline(timeout);
        while (port.Read(_received, port.FrameGap) > 0)
            if (deadline.IsOver) throw new ModbusDamageException("The line is never silent. Is there a second master, or a wrong BaudRate?");
    }
}
