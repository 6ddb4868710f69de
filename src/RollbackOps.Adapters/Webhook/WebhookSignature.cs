using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace RollbackOps.Adapters.Webhook;

/// <summary>
/// The signature of a webhook: <c>v1=</c> and the HMAC-SHA256, in hexadecimal, of the time stamp (Unix seconds), a full stop and
/// the body, under the secret that both sides share. Whoever receives one computes it anew, compares in constant time, and
/// refuses a time stamp more than five minutes off, so that a request that was listened in on is worth nothing later.
/// </summary>
internal static class WebhookSignature
{
    public const string SignatureHeader = "X-RollbackOps-Signature";
    public const string TimestampHeader = "X-RollbackOps-Timestamp";

    /// <summary>The signature of a body at a time.</summary>
    public static string Of(string secret, long timestamp, byte[] body)
    {
        byte[] signed = [.. Encoding.ASCII.GetBytes(timestamp.ToString(CultureInfo.InvariantCulture) + "."), .. body];
        return "v1=" + Convert.ToHexString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed)).ToLowerInvariant();
    }
}
