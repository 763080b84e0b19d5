using System.ComponentModel;
using Iot.Gateway.Devices;
using Iot.Gateway.Ledger;
using Iot.Wire;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Iot.Gateway.Dashboard.Api;

/// <summary><c>/api/v1/devices</c> and <c>/api/v1/ledger</c>: who there is, and whether anything is missing.</summary>
internal static class BooksEndpoints
{
    public static DevicesJson Devices(GatewayView view, TimeProvider clock) =>
        new([.. view.Books().Select(books => DeviceJson.Of(books, view.Presence(books.Device), view.Clock(books.Device), clock.GetUtcNow()))]);

    public static IResult Device([Description("Its id.")] string id, GatewayView view, TimeProvider clock) => Find(view, id) is { } books
        ? TypedResults.Ok(DeviceJson.Of(books, view.Presence(books.Device), view.Clock(books.Device), clock.GetUtcNow()))
        : Unknown(id);

    public static LedgerJson Ledger(GatewayView view) => LedgerJson.Of(view.Books());

    public static IResult LedgerOf([Description("Its id.")] string device, GatewayView view) => Find(view, device) is { } books
        ? TypedResults.Ok(BooksJson.Of(books))
        : Unknown(device);

    private static DeviceBooks? Find(GatewayView view, string id) =>
        DeviceId.TryParse(id, out var device) ? view.BooksOf(device) : null;

    private static ProblemHttpResult Unknown(string id) => Problem.NotFound($"No device '{id}' has ever spoken to this gateway. /api/v1/devices lists those that have.");
}

internal sealed record DevicesJson(IReadOnlyList<DeviceJson> Devices);

internal sealed record LedgerJson(TotalsJson Totals, IReadOnlyList<BooksJson> Devices)
{
    public static LedgerJson Of(IReadOnlyList<DeviceBooks> books) => new(TotalsJson.Of(books), [.. books.Select(BooksJson.Of)]);
}

/// <param name="LastSeen">Receipt of its newest message, RFC 3339.</param>
/// <param name="Messages">Messages received, whatever became of them.</param>
/// <param name="Clock">How its clock stands, as it says; absent when it never said.</param>
internal sealed record DeviceJson(string Device, DeviceState State, string LastSeen, long Messages, BooksJson Books, ClockJson? Clock)
{
    public static DeviceJson Of(DeviceBooks books, DevicePresence? presence, DeviceClock? clock, DateTimeOffset now) => new(
        books.Device.Value, DeviceStates.Of(books, presence, now), TimeText.Format(books.LastSeenNs), books.Messages, BooksJson.Of(books),
        clock is { } told ? ClockJson.Of(told) : null);
}
