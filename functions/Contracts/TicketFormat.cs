namespace Serverless.Contracts;

/// <summary>How a ticket is told from what else may go by that name.</summary>
public static class TicketFormat
{
    /// <summary>What every ticket begins with.</summary>
    public const string Prefix = "sgtk_";

    /// <summary>The query parameter it may come in. A value that does not begin with the prefix is the backend's own.</summary>
    public const string QueryName = "ticket";
}
