using System.Globalization;
using System.Text;
using QRCoder;

namespace Iot.Gateway.Dashboard.Pages;

/// <summary>A text as a QR code: the dark modules as one path of an SVG, a unit each, within a white margin.</summary>
internal sealed record QrPicture(string Path, int Size)
{
    /// <summary>In pixels, a whole number of them for each module: else some would be wider than others.</summary>
    public int Width => 4 * Size;

    /// <summary>Longer ones have so many modules that no camera reads them from a screen.</summary>
    private const int LongestText = 900;

    /// <returns>Null: the text is too long.</returns>
    public static QrPicture? Of(string text)
    {
        if (text.Length > LongestText) return null;

        using var code = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.L); // a screen has no scratches: fewer modules are what helps a camera
        var rows = code.ModuleMatrix;
        var path = new StringBuilder();
        for (var y = 0; y < rows.Count; y++)
        {
            for (var x = 0; x < rows[y].Length; x++)
            {
                var from = x;
                while (x < rows[y].Length && rows[y][x]) x++;
                if (x > from) path.Append(CultureInfo.InvariantCulture, $"M{from} {y}h{x - from}v1h-{x - from}z");
            }
        }

        return new(path.ToString(), rows.Count);
    }
}
