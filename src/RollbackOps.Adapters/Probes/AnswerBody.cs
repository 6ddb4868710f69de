using System.Security.Cryptography;
using System.Text;

namespace RollbackOps.Adapters.Probes;

/// <summary>The text of an answer, however large and in whatever encoding it comes.</summary>
/// <param name="Text">The text, or its beginning.</param>
/// <param name="IsWhole">Whether it is all of it.</param>
/// <param name="Hash">The SHA-256 of its bytes, in hexadecimal; null when they are not all there.</param>
internal sealed record AnswerBody(string Text, bool IsWhole, string? Hash)
{
    /// <summary>What is read of an answer at most, in bytes.</summary>
    public const int Limit = 1024 * 1024;

    /// <summary>What is read of a build file at most, in bytes.</summary>
    public const int FileLimit = 16 * Limit;

    public static async Task<AnswerBody> ReadAsync(HttpContent content, int limit, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await ReadAsync(stream, buffer, cancellationToken)) > 0)
        {
            var kept = (int)Math.Min(read, limit - body.Length);
            body.Write(buffer, 0, kept);
            if (kept < read)
            {
                return new AnswerBody(Decode(body, content), IsWhole: false, Hash: null);
            }
        }

        var bytes = body.GetBuffer().AsSpan(0, (int)body.Length);
        return new AnswerBody(Decode(body, content), IsWhole: true, Convert.ToHexString(SHA256.HashData(bytes)).ToLowerInvariant());
    }

    private static async ValueTask<int> ReadAsync(Stream stream, byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await stream.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception unreadable) when (unreadable is InvalidDataException or InvalidOperationException)
        {
            // What gzip, deflate and Brotli each throw for bytes that are none of theirs.
            throw new IOException("the body is not what its Content-Encoding says");
        }
    }

    private static string Decode(MemoryStream body, HttpContent content)
    {
        body.Position = 0;
        using var reader = new StreamReader(body, EncodingOf(content.Headers.ContentType?.CharSet));
        return reader.ReadToEnd();
    }

    /// <summary>The encoding the answer claims; one that does not exist counts as UTF-8.</summary>
    private static Encoding EncodingOf(string? charset)
    {
        try
        {
            return charset is null ? Encoding.UTF8 : Encoding.GetEncoding(charset.Trim('"'));
        }
        catch (Exception unknown) when (unknown is ArgumentException or NotSupportedException)
        {
            return Encoding.UTF8;
        }
    }
}
