using Microsoft.Playwright;
using ZXing;
using ZXing.Common;
using ZXing.QrCode;

namespace Iot.EndToEnd.Tests.Dashboard;

/// <summary>Reads a QR code off the screen, as a phone would.</summary>
internal static class QrReader
{
    private const string Pixels = """
        async png => {
          const image = new Image();
          image.src = 'data:image/png;base64,' + png;
          await image.decode();
          const canvas = new OffscreenCanvas(image.width, image.height).getContext('2d');
          canvas.drawImage(image, 0, 0);
          const { data } = canvas.getImageData(0, 0, image.width, image.height);
          return { width: image.width, height: image.height, red: [...data].filter((_, i) => i % 4 === 0) };
        }
        """;

    private static readonly Dictionary<DecodeHintType, object> TryHard = new() { [DecodeHintType.TRY_HARDER] = true };

    /// <summary>Null: nothing there that can be read.</summary>
    public static async Task<string?> ReadAsync(ILocator picture)
    {
        var png = Convert.ToBase64String(await picture.ScreenshotAsync());
        var image = await picture.Page.EvaluateAsync<Image>(Pixels, png);
        var source = new RGBLuminanceSource([.. image.Red.Select(red => (byte)red)], image.Width, image.Height, RGBLuminanceSource.BitmapFormat.Gray8);
        return new QRCodeReader().decode(new BinaryBitmap(new HybridBinarizer(source)), TryHard)?.Text;
    }

    private sealed record Image
    {
        public int Width { get; set; }

        public int Height { get; set; }

        public int[] Red { get; set; } = [];
    }
}
