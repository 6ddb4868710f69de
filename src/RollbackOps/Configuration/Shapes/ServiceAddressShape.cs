namespace RollbackOps.Configuration.Shapes;

/// <summary>The address of a service that is sent a secret: encrypted, or on this machine.</summary>
internal sealed class ServiceAddressShape() : TextShape(
    "an https address (http only on this machine: localhost, 127.0.0.1, [::1]) without user name, query or fragment",
    @"^(https://[^\s/?#@\\]+|http://(localhost|127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?)(/[^\s?#\\]*)?$",
    longest: 2000)
{
    protected override object? Convert(LocatedNode node, string path, SettingReading reading)
    {
        if (Uri.TryCreate(node.Text, UriKind.Absolute, out var address))
        {
            return address;
        }

        Refuse(node, path, reading);
        return null;
    }
}
