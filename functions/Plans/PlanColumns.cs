using Azure.Data.Tables;
using Serverless.Functions.Products;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Plans;

/// <summary>A plan as a row.</summary>
internal static class PlanColumns
{
    public static TableEntity Row(Product product, Plan plan) =>
        new(product.Partition, Key.Of(PartKinds.Plan, plan.SystemName))
        {
            ["SystemName"] = plan.SystemName,
            ["Name"] = plan.Name,
            ["State"] = plan.State,
            ["ApprovalRequired"] = plan.ApprovalRequired,
            ["Default"] = plan.Default,
            ["CostPerMonth"] = Money.ToUnits(plan.CostPerMonth),
            ["SetupFee"] = Money.ToUnits(plan.SetupFee),
            ["TrialPeriodDays"] = plan.TrialPeriodDays,
            ["MaxConnections"] = plan.MaxConnections,
            ["Customizes"] = plan.Customizes,
            ["CustomizedFor"] = plan.CustomizedFor,
        };

    // Rows from before plans had a price have none of these columns.
    public static Plan Read(TableEntity row) => new()
    {
        SystemName = row.GetString("SystemName"),
        Name = row.GetString("Name"),
        State = row.GetString("State"),
        ApprovalRequired = row.GetBoolean("ApprovalRequired") ?? false,
        Default = row.GetBoolean("Default") ?? false,
        CostPerMonth = Money.FromUnits(row.GetInt64("CostPerMonth") ?? 0),
        SetupFee = Money.FromUnits(row.GetInt64("SetupFee") ?? 0),
        TrialPeriodDays = row.GetInt32("TrialPeriodDays") ?? 0,
        MaxConnections = row.GetInt32("MaxConnections"),
        Customizes = row.GetString("Customizes"),
        CustomizedFor = row.GetString("CustomizedFor"),
    };
}
