namespace RollbackOps.Adapters.Resilience;

/// <summary>Reads a whole answer, unless it is larger than any that makes sense.</summary>
internal static class BoundedBody
{
    // A page of a hundred deployments with all their metadata is a tenth of it.
    private const int MostBytes = 8 * 1024 * 1024;

    /// <exception cref="BadAnswerException">It is larger than 8 MiB.</exception>
    public static async Task<byte[]> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength > MostBytes)
        {
            throw TooLarge();
        }

        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await stream.ReadAsync(buffer, cancellationToken)) > 0)
        {
            body.Write(buffer, 0, read);
            if (body.Length > MostBytes)
            {
                throw TooLarge();
            }
        }

        return body.ToArray();
    }

    private static BadAnswerException TooLarge() => new($"the answer is larger than {MostBytes / 1024 / 1024} MiB");
}
