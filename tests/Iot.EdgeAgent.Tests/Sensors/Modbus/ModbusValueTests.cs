using CsCheck;
using Iot.EdgeAgent.Sensors.Modbus;

namespace Iot.EdgeAgent.Tests.Sensors.Modbus;

public class ModbusValueTests
{
    [Theory]
    [InlineData("41BB3333", ModbusOrder.ABCD), InlineData("333341BB", ModbusOrder.CDAB), InlineData("BB413333", ModbusOrder.BADC), InlineData("3333BB41", ModbusOrder.DCBA)]
    public void The_four_orders_of_a_float(string registers, object order) => Assert.Equal(23.4, Number(ModbusFormat.F32, registers, (ModbusOrder)order));

    [Theory]
    [InlineData("0123456789ABCDEF", ModbusOrder.ABCD), InlineData("CDEF89AB45670123", ModbusOrder.CDAB)]
    [InlineData("23016745AB89EFCD", ModbusOrder.BADC), InlineData("EFCDAB8967452301", ModbusOrder.DCBA)]
    public void The_four_orders_of_a_long_number(string registers, object order) =>
        Assert.Equal(0x0123456789ABCDEF, Number(ModbusFormat.U64, registers, (ModbusOrder)order));

    [Theory]
    [InlineData(ModbusFormat.I16, "FF85", -123), InlineData(ModbusFormat.U16, "FF85", 65413), InlineData(ModbusFormat.I32, "FFFFFFFE", -2)]
    [InlineData(ModbusFormat.I64, "FFFFFFFFFFFFFFFE", -2), InlineData(ModbusFormat.F64, "3FF8000000000000", 1.5)]
    [InlineData(ModbusFormat.Bcd16, "1234", 1234), InlineData(ModbusFormat.Bcd32, "00123456", 123456), InlineData(ModbusFormat.Bcd16, "12A4", double.NaN)]
    [InlineData(ModbusFormat.F32, "7FC00000", double.NaN)]
    public void Kinds(object format, string registers, double value) => Assert.Equal(value, Number((ModbusFormat)format, registers));

    [Theory]
    [InlineData(234, 0.1, 0, 23.4), InlineData(3, 0.1, 0.2, 0.5), InlineData(1234567890123, 0.001, 0, 1234567890.123), InlineData(7, 1, 0, 7)]
    public void Scaling_leaves_no_crumbs(double number, double scale, double offset, double value) => Assert.Equal(value, ModbusValue.Scaled(number, scale, offset));

    [Fact]
    public void A_text_ends_at_its_first_NUL_and_its_bytes_may_be_swapped()
    {
        Assert.Equal("SDM120"u8, ModbusValue.Text(ModbusValue.InOrder("DS1M02\0\0"u8, ModbusOrder.BADC, isText: true)));
        Assert.Equal("SDM120"u8, ModbusValue.Text(ModbusValue.InOrder("SDM120  "u8, ModbusOrder.CDAB, isText: true)));
    }

    [Fact]
    public void An_order_only_moves_bytes() => (from bytes in Gen.Byte.Array[2, 16] from order in Gen.Enum<ModbusOrder>() where bytes.Length % 2 == 0 select (bytes, order)).Sample(any =>
        ModbusValue.InOrder(ModbusValue.InOrder(any.bytes, any.order, isText: false), any.order, isText: false).SequenceEqual(any.bytes));

    [Theory]
    [InlineData("0x8000", "I16", 0x8000), InlineData("-32768", "I16", 0x8000), InlineData("65535", "U16", 0xFFFF), InlineData("-1", "I32", 0xFFFFFFFF), InlineData("0", "F32", 0)]
    public void What_means_no_value(string text, string kind, long raw)
    {
        Assert.True(ModbusKind.TryParse(kind, out var parsed));
        Assert.True(ModbusRegister.TryParseInvalid(text, parsed, out var bits));
        Assert.Equal((ulong)raw, bits);
    }

    [Theory]
    [InlineData("0x10000", "I16"), InlineData("-32769", "I16"), InlineData("NaN", "F32"), InlineData("", "U16"), InlineData("1", "String 2")]
    public void What_cannot_mean_no_value(string text, string kind)
    {
        Assert.True(ModbusKind.TryParse(kind, out var parsed));
        Assert.False(ModbusRegister.TryParseInvalid(text, parsed, out _));
    }

    [Theory]
    [InlineData("U16", true), InlineData("f32", true), InlineData("Bit 15", true), InlineData("String 125", true)]
    [InlineData("Bit", false), InlineData("Bit 16", false), InlineData("String 126", false), InlineData("String", false), InlineData("U16 2", false), InlineData("3", false), InlineData("", false), InlineData("U128", false)]
    public void What_a_kind_may_be(string text, bool isOne) => Assert.Equal(isOne, ModbusKind.TryParse(text, out _));

    private static double Number(ModbusFormat format, string registers, ModbusOrder order = ModbusOrder.ABCD) =>
        ModbusValue.Number(format, ModbusValue.InOrder(Convert.FromHexString(registers), order, isText: false));
}
