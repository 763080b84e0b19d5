using System.Text.Json;

namespace Iot.LoadTest.Gateway;

/// <summary>The gateway's ledger over all devices, in readings.</summary>
internal sealed record BooksTotal(long Received, long Accepted, long Rejected, long Duplicate, long Stored, long Pending, bool Balanced, int Gaps)
{
    public static BooksTotal Of(JsonElement devices)
    {
        var books = devices.EnumerateArray().ToList();
        var sinks = books.SelectMany(device => device.GetProperty("sinks").EnumerateArray()).ToList();
        return new(
            Sum(books, "received"), Sum(books, "accepted"), Sum(books, "rejected"), Sum(books, "duplicate"), Sum(sinks, "stored"), Sum(sinks, "pending"),
            books.TrueForAll(device => device.GetProperty("balanced").GetBoolean()), books.Sum(device => device.GetProperty("gaps").GetArrayLength()));
    }

    private static long Sum(List<JsonElement> objects, string name) => objects.Sum(one => one.GetProperty(name).GetInt64());
}
