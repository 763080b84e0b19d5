using System.Collections.Frozen;
using System.Text.Json;

namespace Iot.Gateway.Observability;

/// <summary>The tag of an enum's value: <c>AboveMaximum</c> is <c>above_maximum</c>. Made once, then looked up.</summary>
internal static class SnakeCase
{
    public static string Of<T>(T value) where T : struct, Enum => Names<T>.All.TryGetValue(value, out var name) ? name : "unknown";

    private static class Names<T> where T : struct, Enum
    {
        public static readonly FrozenDictionary<T, string> All =
            Enum.GetValues<T>().Distinct().ToFrozenDictionary(value => value, value => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()));
    }
}
