using Iot.Gateway.Influx;

namespace Iot.Gateway.Tests.Influx;

public sealed class AnswerTableTests
{
    [Theory]
    [InlineData(204, "", "Stored")]
    [InlineData(200, "", "Stored")]
    [InlineData(200, "<html>", "NeedsPerson")]
    [InlineData(302, "", "NeedsPerson")]
    [InlineData(400, """{"error":"unable to parse 'm v=': missing field value"}""", "Malformed")]
    [InlineData(400, """{"code":"invalid","message":"unable to parse 'bucket not found=': invalid field format"}""", "Malformed")]
    [InlineData(400, """{"error":"partial write: field type conflict: … dropped=1"}""", "PartialWrite")]
    [InlineData(400, """{"error":"partial write of line protocol occurred","data":[]}""", "PartialWrite")]
    [InlineData(400, """{"error":"parsing failed for write_lp endpoint","data":{"original_line":"x","error_message":"y"}}""", "Malformed")]
    [InlineData(400, """{"error":"retention policy not found: weekly"}""", "NeedsPerson")]
    [InlineData(400, """{"error":"database is required"}""", "NeedsPerson")]
    [InlineData(400, """{"error":"db name did not start with a number or letter","data":null}""", "NeedsPerson")]
    [InlineData(400, """{"error":"invalid character in database name: must be ASCII","data":null}""", "NeedsPerson")]
    [InlineData(401, """{"code":"unauthorized","message":"unauthorized access"}""", "NeedsPerson")]
    [InlineData(403, "", "NeedsPerson")]
    [InlineData(404, """{"error":"database not found: \"x\""}""", "NeedsPerson")]
    [InlineData(408, "", "Unavailable")]
    [InlineData(413, "", "TooLarge")]
    [InlineData(422, "", "PartialWrite")]
    [InlineData(429, "", "Overloaded")]
    [InlineData(500, """{"code":"internal error","message":"partial write: points beyond retention policy dropped=2"}""", "PartialWrite")]
    [InlineData(500, """{"error":"timeout"}""", "Unavailable")]
    [InlineData(502, "", "Unavailable")]
    [InlineData(503, "", "Overloaded")]
    public void Each_answer_says_what_becomes_of_the_lines(int status, string body, string kind) =>
        Assert.Equal(kind, AnswerTable.Read(status, body, null).Kind.ToString());

    [Theory]
    [InlineData("""{"error":"a"}""", "a")]
    [InlineData("""{"code":"invalid","message":"b"}""", "b")]
    [InlineData("""{"error":"c","data":[{"original_line":"m v=","error_message":"d"}]}""", "c\nunable to parse 'm v=': d")]
    [InlineData("plain\n", "plain")]
    [InlineData("{ cut", "{ cut")]
    public void The_words_are_found_in_every_dialect(string body, string words) =>
        Assert.Equal(words, AnswerTable.Read(400, body, null).Words);

    [Fact]
    public void Version_3_names_lines_by_number_each_with_its_words()
    {
        const string body = """{"error":"partial write of line protocol occurred","data":[{"original_line":"m v=hi 1","line_number":2,"error_message":"a"},{"original_line":"m","line_number":7,"error_message":"b"}]}""";

        Assert.Equal([new NamedLine(2, "a"), new NamedLine(7, "b")], AnswerTable.Read(400, body, null).Lines);
    }

    [Fact]
    public void Words_for_people_are_one_short_line()
    {
        var brief = AnswerTable.Read(400, new string('x', 300) + "\n" + new string('y', 300), null).Brief;

        Assert.StartsWith("400 xxx", brief);
        Assert.DoesNotContain('\n', brief);
        Assert.Equal(505, brief.Length);
    }
}
