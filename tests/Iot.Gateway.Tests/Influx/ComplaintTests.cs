using System.Globalization;
using Iot.Gateway.Influx;

namespace Iot.Gateway.Tests.Influx;

public sealed class ComplaintTests : IDisposable
{
    private const long Hour = 3_600_000_000_000;
    private readonly LineBody _body = new();

    [Fact]
    public void Quoted_lines_are_named_and_all_there_is()
    {
        var complaint = Read("partial write: unable to parse 'telemetry,device=pump-7 a=2 2': why\nunable to parse 'telemetry,device=pump-7 a=4 4': why dropped=0", 5);

        Assert.Equal([1, 3], Named(complaint, 5));
        Assert.True(complaint.IsComplete);
    }

    [Fact]
    public void A_quote_that_fits_no_line_leaves_all_others_suspect()
    {
        var complaint = Read("partial write: unable to parse 'telemetry,device=pump-7 a=2 2': why\nunable to parse 'cut off", 5);

        Assert.Equal([1], Named(complaint, 5));
        Assert.Equal([0, 2, 3, 4], Enumerable.Range(0, 5).Where(complaint.Suspects));
    }

    [Fact]
    public void A_type_conflict_means_the_lines_with_that_field_and_type()
    {
        Write(new("a", "text", 1), new("a", 1.0, 2), new("b", "text", 3), new("a", "text", 4, "air"));
        var complaint = Complaint.Read(Conflict("a", "telemetry", "string", 1), _body.All);

        Assert.Equal([0], Named(complaint, 4));
        Assert.True(complaint.IsComplete);
    }

    [Fact]
    public void A_count_that_does_not_fit_leaves_lines_suspect()
    {
        Write(new("a", "text", 1), new("a", "text", 2), new("a", 1.0, 3));

        Assert.Equal([0, 1], Enumerable.Range(0, 3).Where(Complaint.Read(Conflict("a", "telemetry", "string", 1), _body.All).Suspects));
        Assert.Equal([0, 1, 2], Enumerable.Range(0, 3).Where(Complaint.Read(Conflict("a", "telemetry", "string", 3), _body.All).Suspects));
    }

    [Fact]
    public void A_count_is_not_believed_when_lines_may_lie_in_several_shards()
    {
        Write(new("a", "text", 1), new("b", 1.0, Hour + 1));
        var complaint = Complaint.Read(Conflict("a", "telemetry", "string", 1), _body.All);

        Assert.False(complaint.HasNames);
        Assert.Equal([0, 1], Enumerable.Range(0, 2).Where(complaint.Suspects));
    }

    public void Dispose() => _body.Dispose();

    private static string Conflict(string field, string measurement, string type, int dropped) => string.Create(CultureInfo.InvariantCulture,
        $"partial write: field type conflict: input field \"{field}\" on measurement \"{measurement}\" is type {type}, already exists as type float dropped={dropped}");

    private static IEnumerable<int> Named(Complaint complaint, int lines) => Enumerable.Range(0, lines).Where(complaint.Names);

    private Complaint Read(string words, int lines)
    {
        Write([.. Enumerable.Range(1, lines).Select(i => new Sample("a", (double)i, i))]);
        return Complaint.Read(words, _body.All);
    }

    private void Write(params Sample[] samples) => new LineProtocolWriter().Write(Spooled.Message(samples), _body);
}
