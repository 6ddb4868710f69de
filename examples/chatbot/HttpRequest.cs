using System.Globalization;
using System.Text;

namespace Chatbot;

/// <summary>A request, as far as this service needs it.</summary>
internal sealed record HttpRequest(string Method, string Path, string Body)
{
    private const int LargestHead = 16 * 1024;
    private const int LargestBody = 64 * 1024;

    /// <summary>Reads a request; null where the client sends none.</summary>
    /// <exception cref="FormatException">What it sends is no request, or too large a one.</exception>
    public static async Task<HttpRequest?> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var bytes = new byte[(2 * LargestHead) + LargestBody];
        var length = 0;
        int head;
        while ((head = bytes.AsSpan(0, length).IndexOf("\r\n\r\n"u8)) < 0)
        {
            if (length > LargestHead)
            {
                throw new FormatException("The request's head is too large.");
            }

            var read = await stream.ReadAsync(bytes.AsMemory(length, LargestHead), cancellationToken);
            if (read == 0)
            {
                return null;
            }

            length += read;
        }

        var lines = Encoding.Latin1.GetString(bytes, 0, head).Split("\r\n");
        if (lines[0].Split(' ') is not [var method, var target, _])
        {
            throw new FormatException("That is no request line.");
        }

        var begin = head + 4;
        var end = begin + BodyLength(lines);
        if (length < end)
        {
            await stream.ReadExactlyAsync(bytes.AsMemory(length, end - length), cancellationToken);
        }

        return new HttpRequest(method, target.Split('?')[0], Encoding.UTF8.GetString(bytes, begin, end - begin));
    }

    private static int BodyLength(string[] lines)
    {
        const string Name = "Content-Length:";
        var line = lines.FirstOrDefault(line => line.StartsWith(Name, StringComparison.OrdinalIgnoreCase));
        var length = 0;
        return line is null
            || (int.TryParse(line.AsSpan(Name.Length).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out length)
                && length <= LargestBody)
            ? length
            : throw new FormatException("The request's body is too large.");
    }
}
