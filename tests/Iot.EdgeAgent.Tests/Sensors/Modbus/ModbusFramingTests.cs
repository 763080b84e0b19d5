using CsCheck;
using Iot.EdgeAgent.Sensors.Modbus;

namespace Iot.EdgeAgent.Tests.Sensors.Modbus;

public class ModbusFramingTests
{
    [Fact]
    public void Whatever_a_device_sends_it_is_a_value_or_an_IOException() => Gen.Byte.Array[0, 60].Array[1, 4].Sample(answers =>
    {
        var port = new ScriptedPort(answers);
        foreach (var framing in new ModbusFraming[] { new MbapFraming(), new RtuFraming() })
        {
            try
            {
                framing.Ask(port, new(1, ModbusTable.Holding, 0, 2), TimeSpan.FromMilliseconds(1));
            }
            catch (IOException)
            {
                // silence, damage or a refusal
            }
        }

        return true;
    });

    /// <summary>Gives what it was given, one array at a read, then nothing.</summary>
    private sealed class ScriptedPort(byte[][] answers) : ModbusPort
    {
        private int _next;

        public override bool IsOpenedAnew => true;

        public override TimeSpan FrameGap => TimeSpan.Zero;

        public override int Read(Span<byte> buffer, TimeSpan limit)
        {
            if (_next == answers.Length) return 0;

            var answer = answers[_next++].AsSpan();
            answer = answer[..Math.Min(answer.Length, buffer.Length)];
            answer.CopyTo(buffer);
            return answer.Length;
        }

        public override void Write(ReadOnlySpan<byte> bytes)
        {
            // nobody listens
        }

        public override void Dispose()
        {
            // nothing is held
        }
    }
}
