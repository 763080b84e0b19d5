using System.Text;

namespace Iot.Wire.Tests;

public class DeviceIdTests
{
    [Theory]
    [InlineData("a"), InlineData("0"), InlineData("Pump-7"), InlineData("a._-9")]
    public void Letters_digits_dots_underscores_and_hyphens_are_taken(string text)
    {
        Assert.True(DeviceId.TryParse(text, out var device));
        Assert.Equal(text, device.Value);
        Assert.True(DeviceId.TryParse(text.AsSpan(), out var fromSpan));
        Assert.Equal(device, fromSpan);
        Assert.True(DeviceId.IsValid(Encoding.UTF8.GetBytes(text)));
    }

    [Theory]
    [InlineData(""), InlineData("-a"), InlineData(".a"), InlineData("_a"), InlineData("a b"), InlineData("a/b"), InlineData("a:b")]
    [InlineData("a+"), InlineData("a#"), InlineData("é"), InlineData("aé"), InlineData("a\0"), InlineData(" a"), InlineData("a\n")]
    public void Anything_else_is_refused(string text)
    {
        Assert.False(DeviceId.TryParse(text, out var device));
        Assert.Equal(default, device);
        Assert.False(DeviceId.IsValid(Encoding.UTF8.GetBytes(text)));
        Assert.Throws<FormatException>(() => DeviceId.Parse(text));
    }

    [Fact]
    public void Sixty_four_characters_are_taken_and_sixty_five_refused()
    {
        Assert.True(DeviceId.TryParse(new string('a', 64), out _));
        Assert.False(DeviceId.TryParse(new string('a', 65), out _));
        Assert.True(DeviceId.IsValid(Encoding.UTF8.GetBytes(new string('a', 64))));
        Assert.False(DeviceId.IsValid(Encoding.UTF8.GetBytes(new string('a', 65))));
        Assert.False(DeviceId.TryParse(null, out _));
    }

    [Fact]
    public void Ids_are_ordered_by_their_characters()
    {
        Assert.True(DeviceId.Parse("a") < DeviceId.Parse("b"));
        Assert.True(DeviceId.Parse("B") < DeviceId.Parse("a"));
        Assert.True(DeviceId.Parse("a") <= DeviceId.Parse("a") && DeviceId.Parse("a") >= DeviceId.Parse("a"));
        Assert.True(DeviceId.Parse("b") > default(DeviceId));
    }
}
