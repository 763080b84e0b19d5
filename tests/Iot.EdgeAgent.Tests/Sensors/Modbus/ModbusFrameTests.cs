using CsCheck;
using Iot.EdgeAgent.Sensors.Modbus;

namespace Iot.EdgeAgent.Tests.Sensors.Modbus;

/// <summary>Bytes as the specifications print them.</summary>
public class ModbusFrameTests
{
    /// <summary>Modbus Application Protocol v1.1b3, the examples of sections 6.1 to 6.4.</summary>
    [Theory]
    [InlineData(ModbusTable.Coil, 0x13, 0x13, "0100130013", "0103CD6B05", "CD6B05")]
    [InlineData(ModbusTable.Discrete, 0xC4, 0x16, "0200C40016", "0203ACDB35", "ACDB35")]
    [InlineData(ModbusTable.Holding, 0x6B, 3, "03006B0003", "0306022B00000064", "022B00000064")]
    [InlineData(ModbusTable.Input, 8, 1, "0400080001", "0402000A", "000A")]
    public void The_examples_of_the_specification(object table, int address, int count, string question, string answer, string data)
    {
        var request = new ModbusRequest(1, (ModbusTable)table, (ushort)address, (ushort)count);
        var bytes = new byte[ModbusRequest.Bytes];
        request.Write(bytes);

        Assert.Equal(question, Convert.ToHexString(bytes));
        Assert.Equal(data, Convert.ToHexString(request.Data(Convert.FromHexString(answer))));
    }

    /// <summary>Modbus over Serial Line v1.02, appendix B: 02 07 has the CRC 41 12. The other is the manual's of an Eastron SDM meter: 30001, voltage.</summary>
    [Fact]
    public void The_checksum_of_the_specification()
    {
        Assert.Equal(0x1241, Crc16.Of([0x02, 0x07]));
        Assert.Equal("01040000000271CB", Convert.ToHexString(RtuFraming.Frame(new(1, ModbusTable.Input, 0, 2))));
    }

    [Theory]
    [InlineData("8302", "illegal address (2)"), InlineData("8306", "busy (6)"), InlineData("830B", "silent behind the gateway (11)"), InlineData("8363", "exception 99")]
    public void A_refusal_is_told_in_words(string answer, string words)
    {
        var refused = Assert.Throws<ModbusRefusalException>(() => new ModbusRequest(7, ModbusTable.Holding, 10, 2).Data(Convert.FromHexString(answer)));
        Assert.StartsWith("Unit 7 refuses Holding 10–11: " + words, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_bytes_are_an_answer_a_refusal_or_damage() => (from table in Gen.Enum<ModbusTable>() from count in Gen.Int[1, 125] from bytes in Gen.Byte.Array[0, 300] select (table, count, bytes)).Sample(any =>
    {
        var request = new ModbusRequest(1, any.table, 0, (ushort)any.count);
        try
        {
            return request.Data(any.bytes).Length == request.DataBytes;
        }
        catch (IOException)
        {
            return true;
        }
    });

    [Fact]
    public void An_RTU_answer_is_found_behind_any_noise_and_before_any() => (from noise in Gen.Byte.Array[0, 40] from registers in Gen.Byte.Array[6] from after in Gen.Byte.Array[0, 10] select (noise, registers, after)).Sample(any =>
    {
        var request = new ModbusRequest(17, ModbusTable.Holding, 0x6B, 3);
        byte[] frame = [17, 3, 6, .. any.registers];
        var crc = Crc16.Of(frame);
        var found = RtuFraming.Find([.. any.noise, .. frame, (byte)crc, (byte)(crc >> 8), .. any.after], request);

        return found is not null && request.Data(found).SequenceEqual(any.registers);
    });

    [Fact]
    public void The_echo_of_the_question_and_the_late_answer_of_a_neighbour_are_passed_over()
    {
        var request = new ModbusRequest(1, ModbusTable.Input, 0, 2);
        byte[] late = [2, 4, 4, 1, 1, 1, 1];
        byte[] answer = [1, 4, 4, 0x43, 0x66, 0x80, 0];
        byte[] received = [.. RtuFraming.Frame(request), .. late, .. Sum(late), .. answer, .. Sum(answer)];

        Assert.Equal("0404436680" + "00", Convert.ToHexString(RtuFraming.Find(received, request)!));
        Assert.Null(RtuFraming.Find(received.AsSpan(..^1), request));
    }

    private static byte[] Sum(byte[] frame) => BitConverter.GetBytes(Crc16.Of(frame));
}
