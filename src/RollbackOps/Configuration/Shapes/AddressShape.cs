namespace RollbackOps.Configuration.Shapes;

/// <summary>An http or https address without user and password.</summary>
internal sealed class AddressShape(bool withQuery) : TextShape(
    "an absolute http or https address without user name" + (withQuery ? string.Empty : ", query or fragment"),
    withQuery
        ? @"^[Hh][Tt][Tt][Pp][Ss]?://[^\s/?#@\\]+([/?][^\s#\\]*)?$"
        : @"^[Hh][Tt][Tt][Pp][Ss]?://[^\s/?#@\\]+(/[^\s?#\\]*)?$",
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
